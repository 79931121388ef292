#include "units/probe/starttls.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

using namespace std::string_view_literals;

/// What a server may say before TLS begins.
constexpr std::size_t most_said = 65536;

/// What is said in the clear. All that comes from the other side is bounded, and none of it is believed: the
/// certificate alone decides.
class Conversation {
public:
    explicit Conversation(TimedSocket& socket) : socket_(socket) {}

    void say(std::string_view text) {
        if (!socket_.send(text)) throw Silent{"it ended the connection"};
    }

    /// The next line, without its end.
    std::string line() {
        auto end = wait_for("\n");
        auto text = take(end + 1);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
        return text;
    }

    std::string bytes(std::size_t count) {
        while (said_.size() < count) hear();
        return take(count);
    }

    /// Up to and with whichever of these comes first.
    std::string until(std::initializer_list<std::string_view> marks) {
        for (;;) {
            for (auto mark : marks)
                if (auto at = said_.find(mark); at != std::string::npos) return take(at + mark.size());
            hear();
        }
    }

    /// More data after the answer could be an attempt to have it read as if it had come through TLS.
    void require_nothing_more() const {
        if (!said_.empty()) throw Silent{"it says more before TLS begins"};
    }

private:
    void hear() {
        if (heard_ > most_said) throw Silent{"it talks, and does not begin TLS"};
        auto more = socket_.receive();
        heard_ += more.size();
        said_ += more;
    }

    std::size_t wait_for(std::string_view mark) {
        for (;;) {
            if (auto at = said_.find(mark); at != std::string::npos) return at;
            hear();
        }
    }

    std::string take(std::size_t count) {
        auto text = said_.substr(0, count);
        said_.erase(0, count);
        return text;
    }

    TimedSocket& socket_;
    std::string said_;
    std::size_t heard_ = 0;
};

[[noreturn]] void refused_with(std::string_view line) {
    constexpr std::size_t shown = 100;
    throw Silent{fmt::format("it answers '{}'", printable(line.substr(0, shown)))};
}

/// A reply of SMTP and its kind, which may have several lines: `250-…`, `250 …`.
void expect_reply(Conversation& talk, std::string_view code) {
    for (;;) {
        auto line = talk.line();
        if (!line.starts_with(code)) {
            // Lines between the first and the last of FTP need not begin with the code.
            if (line.starts_with(' ')) continue;
            refused_with(line);
        }
        if (line.size() == code.size() || line[code.size()] != '-') return;
    }
}

void expect_line(Conversation& talk, std::string_view beginning) {
    auto line = talk.line();
    if (!line.starts_with(beginning)) refused_with(line);
}

/// RFC 3207; RFC 2033 for LMTP.
void start_smtp(Conversation& talk, std::string_view greeting) {
    expect_reply(talk, "220");
    talk.say(fmt::format("{} localhost\r\n", greeting));
    expect_reply(talk, "250");
    talk.say("STARTTLS\r\n");
    expect_reply(talk, "220");
}

/// RFC 3501, 6.2.1.
void start_imap(Conversation& talk) {
    expect_line(talk, "* ");
    talk.say("a STARTTLS\r\n");
    auto line = talk.line();
    while (line.starts_with("* ")) line = talk.line();
    if (!line.starts_with("a OK")) refused_with(line);
}

/// RFC 2595, 4.
void start_pop3(Conversation& talk) {
    expect_line(talk, "+OK");
    talk.say("STLS\r\n");
    expect_line(talk, "+OK");
}

/// RFC 4642.
void start_nntp(Conversation& talk) {
    expect_line(talk, "20");
    talk.say("STARTTLS\r\n");
    expect_line(talk, "382");
}

/// RFC 5804: capabilities, each on a line, up to `OK`.
void start_sieve(Conversation& talk) {
    auto expect_ok = [&] {
        auto line = talk.line();
        while (line.starts_with('"')) line = talk.line();
        if (!line.starts_with("OK")) refused_with(line);
    };
    expect_ok();
    talk.say("STARTTLS\r\n");
    expect_ok();
}

/// RFC 4217.
void start_ftp(Conversation& talk) {
    expect_reply(talk, "220");
    talk.say("AUTH TLS\r\n");
    expect_reply(talk, "234");
}

/// RFC 6120, 5.4.
void start_xmpp(Conversation& talk, std::string_view space, const std::string& name) {
    talk.say(
        fmt::format("<stream:stream xmlns='{}' xmlns:stream='http://etherx.jabber.org/streams' to='{}' version='1.0'>",
                    space, name));
    auto features = talk.until({"</stream:features>", "</features>", "</stream:stream>"});
    if (features.find("urn:ietf:params:xml:ns:xmpp-tls") == std::string::npos) throw Silent{"it does not offer TLS"};
    talk.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    if (talk.until({">"}).find("<proceed") == std::string::npos) throw Silent{"it refuses TLS"};
}

/// SSLRequest, and one letter as the answer.
void start_postgres(Conversation& talk) {
    talk.say("\x00\x00\x00\x08\x04\xd2\x16\x2f"sv);
    auto answer = talk.bytes(1);
    if (answer == "N") throw Silent{"it does not offer TLS"};
    if (answer != "S") refused_with(answer);
}

/// The length of an ASN.1 value, whose tag was taken. At most four octets tell it.
std::size_t taken_length(Conversation& talk) {
    auto first = static_cast<unsigned char>(talk.bytes(1).front());
    if (first < 0x80) return first;
    std::size_t octets = first & 0x7fU;
    if (octets == 0 || octets > 4) throw Silent{"its answer is not LDAP"};
    std::size_t length = 0;
    for (char c : talk.bytes(octets)) length = (length << 8U) | static_cast<unsigned char>(c);
    if (length > most_said) throw Silent{"its answer is not LDAP"};
    return length;
}

/// An extended request (RFC 4511, 4.14) with message 1; its answer begins with the result: 0 is success.
void start_ldap(Conversation& talk) {
    talk.say("\x30\x1d\x02\x01\x01\x77\x18\x80\x16\x31.3.6.1.4.1.1466.20037"sv);
    if (talk.bytes(1) != "\x30") throw Silent{"its answer is not LDAP"};
    auto answer = talk.bytes(taken_length(talk));
    constexpr auto message_1 = "\x02\x01\x01\x78"sv;
    auto result = answer.find("\x0a\x01"sv, message_1.size());
    if (!answer.starts_with(message_1) || result == std::string::npos || result + 2 >= answer.size())
        throw Silent{"its answer is not LDAP"};
    if (auto code = static_cast<unsigned char>(answer[result + 2]); code != 0)
        throw Silent{fmt::format("it refuses TLS with LDAP result {}", code)};
}

/// The server's handshake, version 10, then the client's request for TLS.
void start_mysql(Conversation& talk) {
    constexpr std::size_t header = 4;
    constexpr std::size_t thread_and_salt = 4 + 8 + 1;
    auto length_bytes = talk.bytes(header);
    auto byte = [](const std::string& text, std::size_t at) {
        return at < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at])) : 0U;
    };
    auto length = byte(length_bytes, 0) | byte(length_bytes, 1) << 8U | byte(length_bytes, 2) << 16U;
    if (length > most_said) throw Silent{"its greeting is not MySQL"};
    auto greeting = talk.bytes(length);
    auto version_end = greeting.find('\0');
    if (byte(greeting, 0) != 10 || version_end == std::string::npos) throw Silent{"its greeting is not MySQL"};
    constexpr unsigned offers_tls = 0x08;  // of the second octet
    if ((byte(greeting, version_end + thread_and_salt + 2) & offers_tls) == 0) throw Silent{"it does not offer TLS"};
    std::string request("\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21"sv);
    request.append(23, '\0');
    talk.say(request);
}

}  // namespace

void start_tls(TimedSocket& socket, const ProbeAddress& address) {
    Conversation talk(socket);
    switch (address.protocol) {
        case ProbeProtocol::tls:
            return;
        case ProbeProtocol::smtp:
            start_smtp(talk, "EHLO");
            break;
        case ProbeProtocol::lmtp:
            start_smtp(talk, "LHLO");
            break;
        case ProbeProtocol::imap:
            start_imap(talk);
            break;
        case ProbeProtocol::pop3:
            start_pop3(talk);
            break;
        case ProbeProtocol::nntp:
            start_nntp(talk);
            break;
        case ProbeProtocol::sieve:
            start_sieve(talk);
            break;
        case ProbeProtocol::ftp:
            start_ftp(talk);
            break;
        case ProbeProtocol::xmpp:
            start_xmpp(talk, "jabber:client", address.name.empty() ? address.where.host : address.name);
            break;
        case ProbeProtocol::xmpp_server:
            start_xmpp(talk, "jabber:server", address.name.empty() ? address.where.host : address.name);
            break;
        case ProbeProtocol::postgres:
            start_postgres(talk);
            break;
        case ProbeProtocol::ldap:
            start_ldap(talk);
            break;
        case ProbeProtocol::mysql:
            start_mysql(talk);
            break;
    }
    talk.require_nothing_more();
}

}  // namespace rekey::units
