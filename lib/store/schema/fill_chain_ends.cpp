#include "store/schema/fill_chain_ends.hpp"

#include "base/certificate_end.hpp"
#include "store/fleet/certificate_rows.hpp"

namespace rekey::store {

void fill_chain_ends(Backend& backend) {
    std::vector<std::pair<Id, CertificateEnd>> ends;
    for (Query all(backend, "SELECT id, der FROM chain_certificates"); all.next();) {
        Id id = all.integer();
        if (auto end = end_of_certificate(all.bytes())) ends.emplace_back(id, *end);
    }
    for (const auto& [id, end] : ends)
        WriteQuery(backend, "UPDATE chain_certificates SET subject = ?, not_after = ? WHERE id = ?", end.subject,
                   end.not_after, id)
            .run();
    WriteQuery(backend, std::string(note_chain_ends) +
                            "WHERE id IN (SELECT h.certificate_id FROM chain_certificates d CROSS JOIN "
                            "certificate_chains h ON h.chain_certificate_id = d.id CROSS JOIN certificates c "
                            "ON c.id = h.certificate_id WHERE d.not_after < c.not_after)")
        .run();
}

}  // namespace rekey::store
