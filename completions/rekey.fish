# fish completion for rekey
# Written by `cmake --build BUILD --target generate`, from the commands in cli/.

# The options of a command that take a value.
function __rekey_valued
    echo -- --home --home-passphrase-file --config --output --log-format --color
    switch "$argv"
        case 'init*'
            echo -- --organization --key
        case 'backup*'
            echo -- --out --passphrase-file --comment
        case 'restore*'
            echo -- --passphrase-file
        case 'metrics*'
            echo -- --label --expiring --from --out
        case 'report*'
            echo -- --label --expiring --from --by --since --output --out
        case 'agent*'
            echo -- --root --reload
        case 'units add'
            echo -- --type --node --label --reload --probe --csv
        case 'units adopt'
            echo -- --node --cert --key
        case 'units list'
            echo -- --label --type --issuer --expiring --limit --from
        case 'units set'
            echo -- --label-is --type-is --issuer-is --expiring --limit --from --address --reload --probe --label --type --node --keep-mode --san --subject --key --usages --issuer
        case 'units export'
            echo -- --label --type --issuer --expiring --limit --from
        case 'units check'
            echo -- --label --type --issuer --expiring --limit --from
        case 'units conformance'
            echo -- --slot --key
        case 'units remove'
            echo -- --label --type --issuer --expiring --limit --from
        case 'certs list'
            echo -- --label --type --issuer --state --expiring --limit --from --due
        case 'certs generate'
            echo -- --node --label --type --limit --from --comment --issuer
        case 'certs renew'
            echo -- --label --type --issuer-is --state --expiring --limit --from --reason --comment --issuer --jobs --deadline
        case 'certs revoke'
            echo -- --label --type --issuer --expiring --limit --from --reason --comment
        case 'certs verify'
            echo -- --label --type --issuer --expiring --limit --from --jobs
        case 'certs check'
            echo -- --label --type --issuer --from --warning --critical
        case 'certs timeline'
            echo -- --label --type --issuer --expiring --from --by
        case 'certs history'
            echo -- --label --type --issuer --state --expiring --from --since --until --by --unit --reason
        case 'certs export'
            echo -- --label --type --issuer --expiring --limit --from --output
        case 'issuers renew'
            echo -- --cert
        case 'issuers crl'
            echo -- --out --output --days
        case 'issuers create'
            echo -- --key
        case 'issuers add'
            echo -- --cert --key --pkcs12 --passphrase-file --crl
        case 'issuers set'
            echo -- --name
        case 'policy show'
            echo -- --revision
        case 'policy edit'
            echo -- --comment
        case 'policy load'
            echo -- --comment
        case 'policy check'
            echo -- --label --type --issuer --state --expiring --limit --from --file
        case 'credential add'
            echo -- --client-id --key-id --key --passphrase-file --tenant --scope --token-url --audience --api-url --patience
        case 'credential list'
            echo -- --tenant
        case 'credential verify'
            echo -- --patience
        case 'credential check'
            echo -- --max-age --warning
        case 'credential rotate'
            echo -- --client-id --key-id --key --passphrase-file --name --scope --token-url --audience --api-url --keep-prior --reason --comment --patience
        case 'credential confirm'
            echo -- --patience
        case 'credential rollback'
            echo -- --patience
        case 'credential import'
            echo -- --update --entry --passphrase-file --tenant --token-url --audience --api-url --keep-prior --patience
        case 'credential pack'
            echo -- --csv --out --output --passphrase-file
        case 'tenants set'
            echo -- --scope --token-url --audience --api-url --patience
        case 'tenants sync'
            echo -- --coverage --coverage-age --device --max-requests --patience
        case 'tenants import'
            echo -- --devices --coverage --map
        case 'tenants devices'
            echo -- --expiring --model --search
        case 'tenants coverage'
            echo -- --expiring --model --search
        case 'tenants export'
            echo -- --out --passphrase-file
        case 'tenants import-archive'
            echo -- --passphrase-file
        case 'tenants merge'
            echo -- --keep-prior --patience
        case 'runs list'
            echo -- --limit --since --until --by --unit --reason
        case 'audit list'
            echo -- --after --since --until --by --unit --reason
        case 'audit verify'
            echo -- --head
        case 'seal change'
            echo -- --new-passphrase-file
    end
end

# The command that the line names, a word a line, then its arguments.
function __rekey_line
    set -l tokens (commandline -opc)
    set -l path
    set -l skip no
    for token in $tokens[2..]
        if test $skip = yes
            set skip no
        else if string match -q -- '-?*' $token
            if contains -- $token (string split ' ' -- (__rekey_valued $path[1..2]))
                set skip yes
            end
        else
            set -a path $token
        end
    end
    string join \n -- $path
end

# Whether the line is at COMMAND; with a number first, at that argument of it.
function __rekey_at
    set -l place
    if string match -qr '^[0-9]+$' -- $argv[1]
        set place $argv[1]
        set -e argv[1]
    end
    set -l line (__rekey_line)
    set -l words (count $argv)
    test (count $line) -ge $words; or return 1
    test $words -eq 0; or test "$line[1..$words]" = "$argv"; or return 1
    test -z "$place"; or test (math (count $line) - $words) -eq $place
end

# Whether it is at that argument of COMMAND or a later one.
function __rekey_from
    set -l words (count $argv[2..])
    set -l line (__rekey_line)
    __rekey_at $argv[2..]; and test (math (count $line) - $words) -ge $argv[1]
end

# Names from the store, for the home that the line names.
function __rekey_names
    set -l globals
    set -l tokens (commandline -opc)
    for i in (seq 2 (count $tokens))
        switch $tokens[$i]
            case --home
                set globals --home $tokens[(math $i + 1)]
            case '--home=*'
                set globals --home (string replace -- --home= '' $tokens[$i])
        end
    end
    # fish itself leaves out what does not fit; the beginning only saves time.
    set -l begin (commandline -ct | string replace -r '^--[^=]*=' '')
    string match -qr '^[A-Za-z0-9._/=,!-]*$' -- "$begin"; or set begin ''
    rekey $globals complete $argv[1] -- "$begin" 2>/dev/null
end

# The address of a unit: folders behind `dir:`.
function __rekey_address
    set -l token (commandline -ct | string replace -r '^--[^=]*=' '')
    if string match -q 'dir:*' -- $token
        for folder in (__fish_complete_directories (string replace 'dir:' '' -- $token))
            echo dir:$folder
        end
    else
        printf '%s\n' dir: ssh://
    end
end

complete -c rekey -f
complete -c rekey -l home -x -a '(__fish_complete_directories)' -d 'Folder of the home [$REKEY_HOME, else $XDG_DATA_HOME/rekey]'
complete -c rekey -l home-passphrase-file -r -F -d 'File whose first line is the home\'s passphrase [asked for, or passed by systemd]'
complete -c rekey -l config -r -F -d 'Configuration file [$XDG_CONFIG_HOME/rekey/config.toml]'
complete -c rekey -n 'not __rekey_at report; and not __rekey_at certs export; and not __rekey_at issuers crl; and not __rekey_at credential pack' -l output -x -a 'table json jsonl csv' -d 'Format of what is printed'
complete -c rekey -l json -d 'The same as --output json'
complete -c rekey -l log-format -x -a 'text json' -d 'Format of messages on stderr'
complete -c rekey -l color -x -a 'auto always never' -d 'Colour rows of tables by how urgent they are [auto: on a terminal, unless $NO_COLOR is set]'
complete -c rekey -l wide -d 'Show whole certificate numbers and all columns in tables'
complete -c rekey -s q -l quiet -d 'Print only what went wrong'
complete -c rekey -s v -l verbose -d 'Print more about what is done'
complete -c rekey -l no-input -d 'Never ask a question'
complete -c rekey -s h -l help -d 'Help'
complete -c rekey -n '__rekey_at 0' -a units -d 'Manage units: the machines that hold certificates'
complete -c rekey -n '__rekey_at 0' -a certs -d 'Manage certificates: list, generate, renew, verify'
complete -c rekey -n '__rekey_at 0' -a issuers -d 'Manage certificate authorities'
complete -c rekey -n '__rekey_at 0' -a policy -d 'Manage the rules for certificates: edit, load, explain, check'
complete -c rekey -n '__rekey_at 0' -a credential -d 'Manage API credentials of tenants: rotate, verify, roll back'
complete -c rekey -n '__rekey_at 0' -a tenants -d 'Manage tenants: organisations at an API provider, with devices'
complete -c rekey -n '__rekey_at 0' -a seal -d 'Manage the key that encrypts the secrets of the home'
complete -c rekey -n '__rekey_at 0' -a runs -d 'Show what each renewal run did'
complete -c rekey -n '__rekey_at 0' -a audit -d 'Show, check and export the audit trail'
complete -c rekey -n '__rekey_at 0' -a notify -d 'Test how people are notified of what unattended commands find'
complete -c rekey -n '__rekey_at 0' -a init -d 'Make a home, with a local CA'
complete -c rekey -n '__rekey_at init' -l organization -x -d 'Organization in the subjects of certificates'
complete -c rekey -n '__rekey_at init' -l passphrase -d 'Seal its secrets under a passphrase [asked for, or in --home-passphrase-file]'
complete -c rekey -n '__rekey_at init' -l key -x -d 'Kind of the CA\'s key, as in rekey-policy(5)'
complete -c rekey -n '__rekey_at 0' -a status -d 'Show on one screen what needs attention, worst first'
complete -c rekey -n '__rekey_at 0' -a doctor -d 'Check the home, and name the remedy of each finding'
complete -c rekey -n '__rekey_at doctor' -l accept-clock -d 'Accept this machine\'s clock from now on'
complete -c rekey -n '__rekey_at doctor' -l repair -d 'First repair what needs no decision, and print what was done'
complete -c rekey -n '__rekey_at doctor' -l all-units -d 'Also ask units that are not folders of this machine'
complete -c rekey -n '__rekey_at doctor' -l unretire -d 'Take a home back into use that was retired by backup --retire'
complete -c rekey -n '__rekey_at doctor' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0' -a backup -d 'Write the whole home into one encrypted file'
complete -c rekey -n '__rekey_at backup' -l out -r -F -d 'File to write; it must not exist yet'
complete -c rekey -n '__rekey_at backup' -l passphrase-file -r -F -d 'File whose first line is the passphrase of the backup [asked for]'
complete -c rekey -n '__rekey_at backup' -l retire -d 'The home moves elsewhere: refuse all further changes to this one'
complete -c rekey -n '__rekey_at backup' -l comment -x -d 'With --retire: where the home moves to, and why'
complete -c rekey -n '__rekey_at backup' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0' -a restore -d 'Make a new home from a backup'
complete -c rekey -n '__rekey_at restore' -l passphrase-file -r -F -d 'File whose first line is the passphrase of the backup [asked for]'
complete -c rekey -n '__rekey_at restore' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 restore' -F
complete -c rekey -n '__rekey_at 0' -a metrics -d 'Print the state of the home as Prometheus metrics'
complete -c rekey -n '__rekey_at metrics' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at metrics' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at metrics' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at metrics' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at metrics' -l out -r -F -d 'Replace this file atomically, for node_exporter\'s textfile collector'
complete -c rekey -n '__rekey_from 0 metrics' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0' -a report -d 'Write a report on the state of the home: one page for people, or data'
complete -c rekey -n '__rekey_at report' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at report' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at report' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at report' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at report' -l by -x -a '(__rekey_names label-keys)' -d 'A tile for each value of this label [the most used one]'
complete -c rekey -n '__rekey_at report' -l since -x -d 'Count changes since this date, RFC 3339 time, or time ago [30d]'
complete -c rekey -n '__rekey_at report' -l output -x -a 'html json csv' -d 'Format of the report [as FILE ends, else html]'
complete -c rekey -n '__rekey_at report' -l out -r -F -d 'File to replace atomically; - for standard output'
complete -c rekey -n '__rekey_from 0 report' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0' -a agent -d 'Serve folders of this machine to rekey on another machine'
complete -c rekey -n '__rekey_at agent' -l stdio -d 'Use standard input and output, as ssh does'
complete -c rekey -n '__rekey_at agent' -l root -x -a '(__fish_complete_directories)' -d 'Serve nothing outside this folder; repeatable'
complete -c rekey -n '__rekey_at agent' -l reload -x -d 'Reload command that the confined agent may run; repeatable'
complete -c rekey -n '__rekey_at 0' -a help -d 'Help for a command: rekey help certs renew'
complete -c rekey -n '__rekey_at 0 units' -a add -d 'Record a unit, its slots and what they hold'
complete -c rekey -n '__rekey_at units add' -l type -x -a '(__rekey_names types)' -d 'Slot of the unit: TYPE or NODE/TYPE; repeatable'
complete -c rekey -n '__rekey_at units add' -l node -x -d 'Node of each TYPE that names none'
complete -c rekey -n '__rekey_at units add' -l label -x -a '(__rekey_names labels)' -d 'Label of the unit; repeatable'
complete -c rekey -n '__rekey_at units add' -l reload -x -d 'Command on the unit that makes services load a new key and certificate'
complete -c rekey -n '__rekey_at units add' -l probe -x -d 'Server that presents the certificate: [PROTOCOL://]HOST:PORT[?name=NAME]'
complete -c rekey -n '__rekey_at units add' -l csv -r -F -d 'Add all units of this table, or none; columns: name, address, types, node, labels, reload, probe, keep_mode, rules; - for standard input'
complete -c rekey -n '__rekey_at units add' -s n -l dry-run -d 'With --csv: change nothing; show what would be added'
complete -c rekey -n '__rekey_at 1 units add' -a '(__rekey_address)'
complete -c rekey -n '__rekey_at 0 units' -a adopt -d 'Take over an existing key and certificate'
complete -c rekey -n '__rekey_at units adopt' -l node -x -d 'Node, if TYPE names none'
complete -c rekey -n '__rekey_at units adopt' -l cert -r -F -d 'Certificate, followed by its chain if there is one'
complete -c rekey -n '__rekey_at units adopt' -l key -r -F -d 'Its private key; the same FILE if both are in one'
complete -c rekey -n '__rekey_at units adopt' -l accept-names -d 'Let the CA sign the names of a certificate that no issuer of this home signed'
complete -c rekey -n '__rekey_at units adopt' -l keep-mode -d 'Let all users use the new keys, too, as they may use this one'
complete -c rekey -n '__rekey_at units adopt' -l undo -d 'Revert an adoption that was interrupted'
complete -c rekey -n '__rekey_at 0 units adopt' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 1 units adopt' -a '(__rekey_names types)'
complete -c rekey -n '__rekey_at 0 units' -a list -d 'List units and whether they are online'
complete -c rekey -n '__rekey_at units list' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at units list' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at units list' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at units list' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at units list' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at units list' -l limit -x -d 'At most this many units'
complete -c rekey -n '__rekey_at units list' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_from 0 units list' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0 units' -a show -d 'Show one unit'
complete -c rekey -n '__rekey_at 0 units show' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0 units' -a set -d 'Change a unit\'s record, or the rules of a unit or slot'
complete -c rekey -n '__rekey_at units set' -l all -d 'Every unit'
complete -c rekey -n '__rekey_at units set' -l label-is -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at units set' -l type-is -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at units set' -l issuer-is -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at units set' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at units set' -l limit -x -d 'At most this many units'
complete -c rekey -n '__rekey_at units set' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at units set' -l address -x -a '(__rekey_address)' -d 'Where it is now'
complete -c rekey -n '__rekey_at units set' -l reload -x -d 'Command on the unit that makes services load a new key and certificate; \'\' for none'
complete -c rekey -n '__rekey_at units set' -l probe -x -d 'Server that presents the certificate: [PROTOCOL://]HOST:PORT[?name=NAME]; \'\' for none'
complete -c rekey -n '__rekey_at units set' -l label -x -a '(__rekey_names labels)' -d 'A label, \'K=\' to remove it; repeatable (--label-is selects by labels)'
complete -c rekey -n '__rekey_at units set' -l type -x -a '(__rekey_names types)' -d 'Another slot, or one that was found: TYPE or NODE/TYPE; repeatable (--type-is selects)'
complete -c rekey -n '__rekey_at units set' -l node -x -d 'Node of each TYPE that names none'
complete -c rekey -n '__rekey_at units set' -l keep-mode -x -d 'Slot whose new keys all users may use, as they may use the one in use; repeatable'
complete -c rekey -n '__rekey_at units set' -l san -x -d 'Subject alternative name, such as dns:gate.example; repeatable, \'\' for what policy says'
complete -c rekey -n '__rekey_at units set' -l subject -x -d 'Subject; \'\' for what policy says'
complete -c rekey -n '__rekey_at units set' -l key -x -d 'Kind of new keys; \'\' for what policy says'
complete -c rekey -n '__rekey_at units set' -l usages -x -d 'Extended key usage; repeatable, \'\' for what policy says'
complete -c rekey -n '__rekey_at units set' -l issuer -x -a '(__rekey_names issuers)' -d 'Issuer to pin it to; \'\' for what policy says (--issuer-is selects)'
complete -c rekey -n '__rekey_from 0 units set' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 units' -a rename -d 'Give a unit another name'
complete -c rekey -n '__rekey_at 0 units rename' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0 units' -a export -d 'Write units as a CSV list that units add --csv reads'
complete -c rekey -n '__rekey_at units export' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at units export' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at units export' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at units export' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at units export' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at units export' -l limit -x -d 'At most this many units'
complete -c rekey -n '__rekey_at units export' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_from 0 units export' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0 units' -a check -d 'Ask units now and record what they hold'
complete -c rekey -n '__rekey_at units check' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at units check' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at units check' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at units check' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at units check' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at units check' -l limit -x -d 'Ask at most this many units'
complete -c rekey -n '__rekey_at units check' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at units check' -l adopt -d 'Record what the selected units hold as the certificates of their slots'
complete -c rekey -n '__rekey_from 0 units check' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_at 0 units' -a conformance -d 'Test the helper of a scratch unit, rule by rule'
complete -c rekey -n '__rekey_at units conformance' -l slot -x -d 'Slot to use, which must be empty: TYPE or NODE/TYPE'
complete -c rekey -n '__rekey_at units conformance' -l key -x -d 'Kind of the keys to make'
complete -c rekey -n '__rekey_at 0 units' -a remove -d 'Forget a unit, or one of its slots; certificates stay in the history'
complete -c rekey -n '__rekey_at units remove' -l all -d 'Every unit'
complete -c rekey -n '__rekey_at units remove' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at units remove' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at units remove' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at units remove' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at units remove' -l limit -x -d 'At most this many units'
complete -c rekey -n '__rekey_at units remove' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at units remove' -l force -d 'Also forget slots that hold a certificate in use'
complete -c rekey -n '__rekey_at units remove' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_from 0 units remove' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a list -d 'List certificates: number, issue date, expiration date'
complete -c rekey -n '__rekey_at certs list' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at certs list' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs list' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs list' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs list' -l state -x -a 'pending active superseded revoked rejected foreign found expired' -d 'Only what is in this state'
complete -c rekey -n '__rekey_at certs list' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs list' -l limit -x -d 'At most this many certificates'
complete -c rekey -n '__rekey_at certs list' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs list' -l due -x -d 'The same as --expiring'
complete -c rekey -n '__rekey_at certs list' -l history -d 'Also certificates that are no longer in use'
complete -c rekey -n '__rekey_at certs list' -l live -d 'Ask the units now, and record what they hold'
complete -c rekey -n '__rekey_from 0 certs list' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a show -d 'Show one certificate'
complete -c rekey -n '__rekey_at 0 certs show' -a '(__rekey_names slots)'
complete -c rekey -n '__rekey_at 0 certs' -a generate -d 'Make the first certificates of empty slots'
complete -c rekey -n '__rekey_at certs generate' -l node -x -d 'Node of each TYPE that names none'
complete -c rekey -n '__rekey_at certs generate' -l all -d 'Every empty slot'
complete -c rekey -n '__rekey_at certs generate' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs generate' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs generate' -l limit -x -d 'Make at most this many'
complete -c rekey -n '__rekey_at certs generate' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs generate' -l comment -x -d 'Note for the history'
complete -c rekey -n '__rekey_at certs generate' -l issuer -x -a '(__rekey_names issuers)' -d 'Sign with this issuer'
complete -c rekey -n '__rekey_at certs generate' -s n -l dry-run -d 'Show what would be done; change nothing'
complete -c rekey -n '__rekey_at 0 certs generate' -a '(__rekey_names units)'
complete -c rekey -n '__rekey_from 1 certs generate' -a '(__rekey_names types)'
complete -c rekey -n '__rekey_at 0 certs' -a renew -d 'Replace certificates with new ones that have new keys'
complete -c rekey -n '__rekey_at certs renew' -l all -d 'Every certificate of every unit'
complete -c rekey -n '__rekey_at certs renew' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs renew' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs renew' -l issuer-is -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs renew' -l state -x -a 'active foreign' -d 'Only what is in this state'
complete -c rekey -n '__rekey_at certs renew' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs renew' -l limit -x -d 'Renew at most this many'
complete -c rekey -n '__rekey_at certs renew' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs renew' -l due -d 'Renew what policy says is due; print nothing if nothing is (for cron)'
complete -c rekey -n '__rekey_at certs renew' -l reason -x -a 'policy migration rotation compromise manual audit' -d 'Why [manual]; compromise revokes the old certificate and destroys its key'
complete -c rekey -n '__rekey_at certs renew' -l comment -x -d 'Note for the history'
complete -c rekey -n '__rekey_at certs renew' -l issuer -x -a '(__rekey_names issuers)' -d 'Move the slots to this issuer (--issuer-is selects by the one that signed)'
complete -c rekey -n '__rekey_at certs renew' -l force -d 'Overwrite what a unit holds even if it is not recorded'
complete -c rekey -n '__rekey_at certs renew' -l no-revoke -d 'Do not revoke what is replaced, even if policy says so (revoke_superseded)'
complete -c rekey -n '__rekey_at certs renew' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at certs renew' -l chain-only -d 'Keep key and certificate; install the issuer\'s chain and the roots to trust'
complete -c rekey -n '__rekey_at certs renew' -s n -l dry-run -d 'Show what would be done, and why; change nothing'
complete -c rekey -n '__rekey_at certs renew' -l jobs -x -d 'Number of units to work on at the same time'
complete -c rekey -n '__rekey_at certs renew' -l deadline -x -d 'How long to wait for a unit that does not answer [5m]'
complete -c rekey -n '__rekey_from 0 certs renew' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a revoke -d 'Revoke certificates; their issuers\' next lists (CRL) name them'
complete -c rekey -n '__rekey_at certs revoke' -l all -d 'The certificate that each slot uses'
complete -c rekey -n '__rekey_at certs revoke' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs revoke' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs revoke' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs revoke' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs revoke' -l limit -x -d 'At most this many certificates'
complete -c rekey -n '__rekey_at certs revoke' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs revoke' -l reason -x -a 'unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation privilegeWithdrawn aACompromise' -d 'Reason, as RFC 5280 names it'
complete -c rekey -n '__rekey_at certs revoke' -l comment -x -d 'Note for the audit trail'
complete -c rekey -n '__rekey_at certs revoke' -l force -d 'Also revoke certificates in use, which makes them due'
complete -c rekey -n '__rekey_at certs revoke' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_from 0 certs revoke' -a '(__rekey_names slots)'
complete -c rekey -n '__rekey_at 0 certs' -a verify -d 'Compare what units hold with what is recorded'
complete -c rekey -n '__rekey_at certs verify' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at certs verify' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs verify' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs verify' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs verify' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs verify' -l limit -x -d 'Ask at most this many units'
complete -c rekey -n '__rekey_at certs verify' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs verify' -l full -d 'Verify all signatures, also those verified when they were recorded'
complete -c rekey -n '__rekey_at certs verify' -l jobs -x -d 'Number of units to ask at the same time'
complete -c rekey -n '__rekey_from 0 certs verify' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a check -d 'Print one line for monitoring; exit with 0 to 3, as plugins do'
complete -c rekey -n '__rekey_at certs check' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at certs check' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs check' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs check' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs check' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs check' -l warning -x -d 'WARNING if a certificate (of TYPE) ends within this time; repeatable [30d]'
complete -c rekey -n '__rekey_at certs check' -l critical -x -d 'CRITICAL if a certificate (of TYPE) ends within this time or is revoked; repeatable [7d]'
complete -c rekey -n '__rekey_from 0 certs check' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a timeline -d 'Draw when certificates expire'
complete -c rekey -n '__rekey_at certs timeline' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at certs timeline' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs timeline' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs timeline' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs timeline' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs timeline' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs timeline' -l by -x -a 'month year' -d 'Length of a period [month; year if there are too many]'
complete -c rekey -n '__rekey_from 0 certs timeline' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a history -d 'List the certificates that slots had: number, time, reason, person'
complete -c rekey -n '__rekey_at certs history' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at certs history' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs history' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs history' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs history' -l state -x -a 'pending active superseded revoked rejected foreign' -d 'Only what is in this state'
complete -c rekey -n '__rekey_at certs history' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs history' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs history' -l since -x -d 'Only since this date, RFC 3339 time, or time ago such as 7d'
complete -c rekey -n '__rekey_at certs history' -l until -x -d 'Only before this time, that second excluded'
complete -c rekey -n '__rekey_at certs history' -l by -x -d 'Only what this person did: alice@host, or alice on any host'
complete -c rekey -n '__rekey_at certs history' -l unit -x -a '(__rekey_names units)' -d 'Only what was done to this unit, or to its slots'
complete -c rekey -n '__rekey_at certs history' -l reason -x -a 'expiry policy migration rotation compromise manual audit' -d 'Only what was done for this reason'
complete -c rekey -n '__rekey_from 0 certs history' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 certs' -a export -d 'Write certificates to standard output'
complete -c rekey -n '__rekey_at certs export' -l all -d 'The certificate that each slot uses'
complete -c rekey -n '__rekey_at certs export' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at certs export' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at certs export' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at certs export' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at certs export' -l limit -x -d 'At most this many certificates'
complete -c rekey -n '__rekey_at certs export' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at certs export' -l output -x -a 'pem der chain' -d 'What to write (chain: with the issuers up to the root)'
complete -c rekey -n '__rekey_from 0 certs export' -a '(__rekey_names slots)'
complete -c rekey -n '__rekey_at 0 issuers' -a list -d 'List the issuers'
complete -c rekey -n '__rekey_at 0 issuers' -a renew -d 'Give an issuer a new certificate or chain for its key'
complete -c rekey -n '__rekey_at issuers renew' -l cert -r -F -d 'Its new certificate, then the chain up to the root; not needed for a root'
complete -c rekey -n '__rekey_at 0 issuers renew' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a show -d 'Show one issuer'
complete -c rekey -n '__rekey_at 0 issuers show' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a export -d 'Write an issuer\'s certificate and chain, PEM, to standard output'
complete -c rekey -n '__rekey_at issuers export' -l all -d 'The roots of all issuers with certificates in use, as units have them in trust.pem'
complete -c rekey -n '__rekey_from 0 issuers export' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a crl -d 'Write an issuer\'s list of revoked certificates (CRL)'
complete -c rekey -n '__rekey_at issuers crl' -l out -r -F -d 'File to replace atomically; entries of a list in it are kept'
complete -c rekey -n '__rekey_at issuers crl' -l output -x -a 'pem der' -d 'Format of the file [as FILE ends, else pem]'
complete -c rekey -n '__rekey_at issuers crl' -l days -x -d 'Days until the next list is due [7]'
complete -c rekey -n '__rekey_at 0 issuers crl' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a create -d 'Make another local CA'
complete -c rekey -n '__rekey_at issuers create' -l key -x -d 'Kind of its key, as in rekey-policy(5)'
complete -c rekey -n '__rekey_at 0 issuers' -a add -d 'Import a CA; once it signs, all units of the home trust its root'
complete -c rekey -n '__rekey_at issuers add' -l cert -r -F -d 'The CA\'s certificate, then its chain up to the root'
complete -c rekey -n '__rekey_at issuers add' -l key -r -F -d 'Its private key; asks for the passphrase if it is encrypted'
complete -c rekey -n '__rekey_at issuers add' -l pkcs12 -r -F -d 'Key, certificate and chain in one PKCS #12 file instead'
complete -c rekey -n '__rekey_at issuers add' -l passphrase-file -r -F -d 'File whose first line is the passphrase of the key or of that file'
complete -c rekey -n '__rekey_at issuers add' -l crl -r -F -d 'The newest list of what it revoked (PEM or DER), which its next lists continue'
complete -c rekey -n '__rekey_at 0 issuers' -a default -d 'Make an issuer the default'
complete -c rekey -n '__rekey_at 0 issuers default' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a set -d 'Give an issuer another name'
complete -c rekey -n '__rekey_at issuers set' -l name -x -d 'Its new name'
complete -c rekey -n '__rekey_at 0 issuers set' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 issuers' -a remove -d 'Destroy the key of a CA that nothing uses; what it signed stays in the history'
complete -c rekey -n '__rekey_at issuers remove' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 issuers remove' -a '(__rekey_names issuers)'
complete -c rekey -n '__rekey_at 0 policy' -a show -d 'Show every rule, table by table'
complete -c rekey -n '__rekey_at policy show' -l toml -d 'Show the document as it was loaded, including comments'
complete -c rekey -n '__rekey_at policy show' -l revision -x -a '(__rekey_names revisions)' -d 'Show an earlier revision [the one in force]'
complete -c rekey -n '__rekey_at 0 policy' -a edit -d 'Edit the policy of the home, and put it in force'
complete -c rekey -n '__rekey_at policy edit' -l comment -x -d 'Note for the history'
complete -c rekey -n '__rekey_at policy edit' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 policy' -a load -d 'Put a policy document in force'
complete -c rekey -n '__rekey_at policy load' -l from-config -d 'Load the policy that is still in this machine\'s configuration file'
complete -c rekey -n '__rekey_at policy load' -l comment -x -d 'Note for the history'
complete -c rekey -n '__rekey_at policy load' -s n -l dry-run -d 'Show which slots would become due; change nothing'
complete -c rekey -n '__rekey_at policy load' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 policy load' -F
complete -c rekey -n '__rekey_at 0 policy' -a history -d 'List the revisions of the policy: when, by whom and why'
complete -c rekey -n '__rekey_at 0 policy' -a diff -d 'Show what changed in the policy, as diff -u does'
complete -c rekey -n '__rekey_at 0 policy diff' -a '(__rekey_names revisions)'
complete -c rekey -n '__rekey_at 0 policy' -a check -d 'List what is in use and violates policy; exit 6 if anything does'
complete -c rekey -n '__rekey_at policy check' -l all -d 'All of them, as if none is named'
complete -c rekey -n '__rekey_at policy check' -l label -x -a '(__rekey_names labels)' -d 'Only units with this label (K=A,B: either value; K!=V: another or none); if repeated, all must match'
complete -c rekey -n '__rekey_at policy check' -l type -x -a '(__rekey_names types)' -d 'Only slots of this type; if repeated, any of them'
complete -c rekey -n '__rekey_at policy check' -l issuer -x -a '(__rekey_names issuers)' -d 'Only what this issuer signed'
complete -c rekey -n '__rekey_at policy check' -l state -x -a 'active foreign' -d 'Only what is in this state'
complete -c rekey -n '__rekey_at policy check' -l expiring -x -d 'Only what expires within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at policy check' -l limit -x -d 'Check at most this many slots'
complete -c rekey -n '__rekey_at policy check' -l from -r -F -d 'More names from this file (- for standard input), one on each line; # begins a comment'
complete -c rekey -n '__rekey_at policy check' -l file -r -F -d 'Judge by this document without loading it; - for standard input'
complete -c rekey -n '__rekey_from 0 policy check' -a '(__rekey_names units-slots)'
complete -c rekey -n '__rekey_at 0 policy' -a explain -d 'Show which rules apply to a slot, and when and why it is due'
complete -c rekey -n '__rekey_at 0 policy explain' -a '(__rekey_names slots)'
complete -c rekey -n '__rekey_at 0 credential' -a add -d 'Add the first credential of a tenant'
complete -c rekey -n '__rekey_at credential add' -l client-id -x -d 'Client ID that the provider gave'
complete -c rekey -n '__rekey_at credential add' -l key-id -x -d 'Key ID that the provider gave'
complete -c rekey -n '__rekey_at credential add' -l key -r -F -d 'P-256 private key: PEM, JWK or PKCS #12; - for standard input'
complete -c rekey -n '__rekey_at credential add' -l passphrase-file -r -F -d 'File whose first line is its passphrase, if it is encrypted'
complete -c rekey -n '__rekey_at credential add' -l tenant -x -a '(__rekey_names tenants)' -d 'Tenant that it belongs to, made if missing [NAME]'
complete -c rekey -n '__rekey_at credential add' -l scope -x -d 'business, school, or another scope with its URLs [from the client ID, else business]'
complete -c rekey -n '__rekey_at credential add' -l token-url -x -d 'URL of the token endpoint'
complete -c rekey -n '__rekey_at credential add' -l audience -x -d 'Audience of assertions'
complete -c rekey -n '__rekey_at credential add' -l api-url -x -d 'URL of the devices API'
complete -c rekey -n '__rekey_at credential add' -l offline -d 'Do not ask the provider'
complete -c rekey -n '__rekey_at credential add' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 credential' -a list -d 'List credentials in use, and those kept for a rollback'
complete -c rekey -n '__rekey_at credential list' -l tenant -x -a '(__rekey_names tenants)' -d 'Only those of this tenant'
complete -c rekey -n '__rekey_at 0 credential' -a show -d 'Show one credential, and its rotation if one is under way'
complete -c rekey -n '__rekey_at 0 credential show' -a '(__rekey_names credentials)'
complete -c rekey -n '__rekey_at 0 credential' -a history -d 'List all credentials and rotations that a tenant ever had'
complete -c rekey -n '__rekey_at 0 credential history' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 credential' -a verify -d 'Ask providers whether credentials work'
complete -c rekey -n '__rekey_at credential verify' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_from 0 credential verify' -a '(__rekey_names credentials)'
complete -c rekey -n '__rekey_at 0 credential' -a check -d 'Print one line for monitoring; exit with 0 to 3, as plugins do'
complete -c rekey -n '__rekey_at credential check' -l max-age -x -d 'CRITICAL if an active credential is older than this [from policy, else 365d]'
complete -c rekey -n '__rekey_at credential check' -l warning -x -d 'WARNING this long before that [30d]'
complete -c rekey -n '__rekey_at 0 credential' -a rotate -d 'Replace the active credential of a tenant, verified first'
complete -c rekey -n '__rekey_at credential rotate' -l client-id -x -d 'Client ID that the provider gave'
complete -c rekey -n '__rekey_at credential rotate' -l key-id -x -d 'Key ID that the provider gave'
complete -c rekey -n '__rekey_at credential rotate' -l key -r -F -d 'P-256 private key: PEM, JWK or PKCS #12; - for standard input'
complete -c rekey -n '__rekey_at credential rotate' -l passphrase-file -r -F -d 'File whose first line is its passphrase, if it is encrypted'
complete -c rekey -n '__rekey_at credential rotate' -l name -x -d 'Name of the new one [the same]'
complete -c rekey -n '__rekey_at credential rotate' -l scope -x -d 'business, school, or another scope with its URLs [unchanged]'
complete -c rekey -n '__rekey_at credential rotate' -l token-url -x -d 'URL of the token endpoint [unchanged]'
complete -c rekey -n '__rekey_at credential rotate' -l audience -x -d 'Audience of assertions [unchanged]'
complete -c rekey -n '__rekey_at credential rotate' -l api-url -x -d 'URL of the devices API [unchanged]'
complete -c rekey -n '__rekey_at credential rotate' -l keep-prior -x -d 'How long a rollback stays possible [24h]'
complete -c rekey -n '__rekey_at credential rotate' -l offline -d 'Make only the checks that need no network'
complete -c rekey -n '__rekey_at credential rotate' -l accept-different-organization -d 'Accept a credential that sees none of this tenant\'s devices (audited)'
complete -c rekey -n '__rekey_at credential rotate' -l reason -x -d 'Why, for the history, such as yearly, compromise or staff'
complete -c rekey -n '__rekey_at credential rotate' -l comment -x -d 'Note for the history'
complete -c rekey -n '__rekey_at credential rotate' -s n -l dry-run -d 'Show what would be done; change nothing'
complete -c rekey -n '__rekey_at credential rotate' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 credential rotate' -a '(__rekey_names credentials)'
complete -c rekey -n '__rekey_at 0 credential' -a confirm -d 'Prove that new credentials work, and destroy prior keys when their time is over'
complete -c rekey -n '__rekey_at credential confirm' -l due -d 'All tenants for which something is due (for cron)'
complete -c rekey -n '__rekey_at credential confirm' -l accept-different-organization -d 'Accept a credential that sees none of this tenant\'s devices (audited)'
complete -c rekey -n '__rekey_at credential confirm' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_from 0 credential confirm' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 credential' -a rollback -d 'Make the prior credential active again'
complete -c rekey -n '__rekey_at credential rollback' -l offline -d 'Do not ask the provider whether it still works'
complete -c rekey -n '__rekey_at credential rollback' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 credential rollback' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 credential' -a abort -d 'Cancel a rotation before its cut-over'
complete -c rekey -n '__rekey_at 0 credential abort' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 credential' -a remove -d 'Destroy the key of a credential that is not in use'
complete -c rekey -n '__rekey_at credential remove' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 credential remove' -a '(__rekey_names credentials)'
complete -c rekey -n '__rekey_at 0 credential' -a import -d 'Import a credential that device management delivered'
complete -c rekey -n '__rekey_at credential import' -l as-new -d 'Add it as the first credential of a tenant'
complete -c rekey -n '__rekey_at credential import' -l update -a '(__rekey_names credentials)' -d 'Rotate this credential to it [the one that this entry was imported to last]'
complete -c rekey -n '__rekey_at credential import' -l entry -x -d 'Which entry, if there are several'
complete -c rekey -n '__rekey_at credential import' -l all-entries -d 'All entries of the payload, one after the other'
complete -c rekey -n '__rekey_at credential import' -l passphrase-file -r -F -d 'File whose first line is the passphrase of the payload'
complete -c rekey -n '__rekey_at credential import' -l tenant -x -a '(__rekey_names tenants)' -d 'With --as-new: its tenant [the entry\'s name]'
complete -c rekey -n '__rekey_at credential import' -l token-url -x -d 'With --as-new: URL of the token endpoint'
complete -c rekey -n '__rekey_at credential import' -l audience -x -d 'With --as-new: audience of assertions'
complete -c rekey -n '__rekey_at credential import' -l api-url -x -d 'With --as-new: URL of the devices API'
complete -c rekey -n '__rekey_at credential import' -l keep-prior -x -d 'With --update: how long a rollback stays possible [24h]'
complete -c rekey -n '__rekey_at credential import' -l offline -d 'Make only the checks that need no network'
complete -c rekey -n '__rekey_at credential import' -l accept-different-organization -d 'Accept a credential that sees none of this tenant\'s devices (audited)'
complete -c rekey -n '__rekey_at credential import' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 credential import' -F
complete -c rekey -n '__rekey_at 0 credential' -a pending -d 'List delivered credentials that are not imported yet'
complete -c rekey -n '__rekey_from 0 credential pending' -a '(__fish_complete_directories)'
complete -c rekey -n '__rekey_at 0 credential' -a pack -d 'Make a payload for device management to deliver'
complete -c rekey -n '__rekey_at credential pack' -l csv -r -F -d 'The credentials: id,name,scope,client_id,key_id,version,key_file'
complete -c rekey -n '__rekey_at credential pack' -l out -r -F -d 'File to write; it must not exist yet'
complete -c rekey -n '__rekey_at credential pack' -l output -x -a 'plist mobileconfig json' -d 'Format of the payload [as FILE ends, else plist]'
complete -c rekey -n '__rekey_at credential pack' -l passphrase-file -r -F -d 'File whose first line is the passphrase that encrypts the keys'
complete -c rekey -n '__rekey_at 0 tenants' -a list -d 'List tenants with what they have'
complete -c rekey -n '__rekey_at 0 tenants' -a show -d 'Show one tenant: credential, devices, coverage, sync and rotation'
complete -c rekey -n '__rekey_at 0 tenants show' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a set -d 'Change the scope and the URLs of a tenant'
complete -c rekey -n '__rekey_at tenants set' -l scope -x -d 'business, school, or another scope with its URLs [unchanged]'
complete -c rekey -n '__rekey_at tenants set' -l token-url -x -d 'URL of the token endpoint [unchanged]'
complete -c rekey -n '__rekey_at tenants set' -l audience -x -d 'Audience of assertions [unchanged]'
complete -c rekey -n '__rekey_at tenants set' -l api-url -x -d 'URL of the devices API [unchanged]'
complete -c rekey -n '__rekey_at tenants set' -l offline -d 'Do not ask the provider; the next sync does so first'
complete -c rekey -n '__rekey_at tenants set' -l accept-different-organization -d 'Accept a credential that sees none of this tenant\'s devices (audited)'
complete -c rekey -n '__rekey_at tenants set' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 tenants set' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a sync -d 'Load devices and coverage from the provider; nothing is ever deleted'
complete -c rekey -n '__rekey_at tenants sync' -l all -d 'Every tenant, one after the other'
complete -c rekey -n '__rekey_at tenants sync' -l coverage -x -a 'all due missing none' -d 'For which devices to request coverage [due: never requested, ended, old, or the device changed or returned; missing: the same without old]'
complete -c rekey -n '__rekey_at tenants sync' -l coverage-age -x -d 'Coverage requested longer ago than this is old [30d]'
complete -c rekey -n '__rekey_at tenants sync' -l device -x -d 'Only this device; repeatable'
complete -c rekey -n '__rekey_at tenants sync' -l max-requests -x -d 'Stop after this many requests; the next sync continues'
complete -c rekey -n '__rekey_at tenants sync' -l patience -x -d 'How long to wait for each answer, retries included [15m]'
complete -c rekey -n '__rekey_from 0 tenants sync' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a import -d 'Load devices and coverage from files; nothing is ever deleted'
complete -c rekey -n '__rekey_at tenants import' -l devices -r -F -d 'Devices, as CSV or JSON; - reads standard input'
complete -c rekey -n '__rekey_at tenants import' -l coverage -r -F -d 'Coverage, as CSV or JSON'
complete -c rekey -n '__rekey_at tenants import' -l map -r -F -d 'File with your own column names: lines NAME = FIELD'
complete -c rekey -n '__rekey_at tenants import' -s n -l dry-run -d 'Change nothing; show what would be new, changed and refused'
complete -c rekey -n '__rekey_at tenants import' -l columns -d 'Only show the column names that are understood'
complete -c rekey -n '__rekey_from 0 tenants import' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a devices -d 'List devices of a tenant, or of all'
complete -c rekey -n '__rekey_at tenants devices' -l all -d 'Devices of every tenant, as for --search without a tenant'
complete -c rekey -n '__rekey_at tenants devices' -l active -d 'Only devices that the provider returned last'
complete -c rekey -n '__rekey_at tenants devices' -l inactive -d 'Only devices that the provider no longer returns, or has released'
complete -c rekey -n '__rekey_at tenants devices' -l no-coverage -d 'Only devices without coverage in force'
complete -c rekey -n '__rekey_at tenants devices' -l expiring -x -d 'Only those whose coverage does not renew itself, and ends within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at tenants devices' -l renews -d 'Only those whose coverage renews itself; with --expiring, at that time'
complete -c rekey -n '__rekey_at tenants devices' -l model -x -d 'Only devices with this text in their model or product family'
complete -c rekey -n '__rekey_at tenants devices' -l search -x -d 'Only devices with this text in any attribute'
complete -c rekey -n '__rekey_at tenants devices' -l columns -d 'CSV with a column for each attribute'
complete -c rekey -n '__rekey_at tenants devices' -l excel -d 'CSV with a byte order mark, so that Excel reads UTF-8'
complete -c rekey -n '__rekey_from 0 tenants devices' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a coverage -d 'List the coverage of a tenant\'s devices'
complete -c rekey -n '__rekey_at tenants coverage' -l active -d 'Only coverage in force: active and not ended'
complete -c rekey -n '__rekey_at tenants coverage' -l inactive -d 'Only coverage that is not in force'
complete -c rekey -n '__rekey_at tenants coverage' -l expiring -x -d 'Only what is in force, does not renew itself, and ends within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)'
complete -c rekey -n '__rekey_at tenants coverage' -l renews -d 'Only what renews itself; with --expiring, at that time'
complete -c rekey -n '__rekey_at tenants coverage' -l model -x -d 'Only coverage of devices with this text in their model or family'
complete -c rekey -n '__rekey_at tenants coverage' -l search -x -d 'Only coverage with this text in its device or any attribute'
complete -c rekey -n '__rekey_at tenants coverage' -l columns -d 'CSV with a column for each attribute'
complete -c rekey -n '__rekey_at tenants coverage' -l excel -d 'CSV with a byte order mark, so that Excel reads UTF-8'
complete -c rekey -n '__rekey_at 0 tenants coverage' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a export -d 'Write a tenant with all that it has to a sealed file, for another home'
complete -c rekey -n '__rekey_at tenants export' -l out -r -F -d 'File to write; it must not exist yet'
complete -c rekey -n '__rekey_at tenants export' -l passphrase-file -r -F -d 'File whose first line is the passphrase to encrypt it with'
complete -c rekey -n '__rekey_at 0 tenants export' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a import-archive -d 'Import a tenant that another home exported'
complete -c rekey -n '__rekey_at tenants import-archive' -l passphrase-file -r -F -d 'File whose first line is the passphrase that it is encrypted with'
complete -c rekey -n '__rekey_at 0 tenants import-archive' -F
complete -c rekey -n '__rekey_at 0 tenants' -a merge -d 'Move a tenant that was added by mistake into the tenant of the same organisation'
complete -c rekey -n '__rekey_at tenants merge' -l keep-prior -x -d 'How long a rollback stays possible [24h]'
complete -c rekey -n '__rekey_at tenants merge' -l offline -d 'Make only the checks that need no network'
complete -c rekey -n '__rekey_at tenants merge' -l accept-different-organization -d 'Accept a credential that sees none of this tenant\'s devices (audited)'
complete -c rekey -n '__rekey_at tenants merge' -l patience -x -d 'How long to wait for each answer, retries included [90s]'
complete -c rekey -n '__rekey_at 0 tenants merge' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 1 tenants merge' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 tenants' -a remove -d 'Remove a tenant with its credentials, devices, coverage and history'
complete -c rekey -n '__rekey_at tenants remove' -l yes -d 'Do not ask for confirmation'
complete -c rekey -n '__rekey_at 0 tenants remove' -a '(__rekey_names tenants)'
complete -c rekey -n '__rekey_at 0 runs' -a list -d 'List runs, newest first'
complete -c rekey -n '__rekey_at runs list' -l limit -x -d 'At most this many; 0 for all [50]'
complete -c rekey -n '__rekey_at runs list' -l since -x -d 'Only since this date, RFC 3339 time, or time ago such as 7d'
complete -c rekey -n '__rekey_at runs list' -l until -x -d 'Only before this time, that second excluded'
complete -c rekey -n '__rekey_at runs list' -l by -x -d 'Only what this person did: alice@host, or alice on any host'
complete -c rekey -n '__rekey_at runs list' -l unit -x -a '(__rekey_names units)' -d 'Only what was done to this unit, or to its slots'
complete -c rekey -n '__rekey_at runs list' -l reason -x -a 'expiry policy migration rotation compromise manual audit' -d 'Only what was done for this reason'
complete -c rekey -n '__rekey_at 0 runs' -a show -d 'Show what a run did, slot by slot'
complete -c rekey -n '__rekey_at 0 runs show' -a '(__rekey_names runs)'
complete -c rekey -n '__rekey_at 0 runs' -a abandon -d 'Abandon what a dead run left open, and free its slots'
complete -c rekey -n '__rekey_at runs abandon' -l leave-unit -d 'Do not ask the units; they keep the pairs that they use'
complete -c rekey -n '__rekey_at 0 runs abandon' -a '(__rekey_names runs-slots)'
complete -c rekey -n '__rekey_at 0 audit' -a list -d 'List changes, oldest first'
complete -c rekey -n '__rekey_at audit list' -l after -x -d 'Only entries after this number'
complete -c rekey -n '__rekey_at audit list' -l since -x -d 'Only since this date, RFC 3339 time, or time ago such as 7d'
complete -c rekey -n '__rekey_at audit list' -l until -x -d 'Only before this time, that second excluded'
complete -c rekey -n '__rekey_at audit list' -l by -x -d 'Only what this person did: alice@host, or alice on any host'
complete -c rekey -n '__rekey_at audit list' -l unit -x -a '(__rekey_names units)' -d 'Only what was done to this unit, or to its slots'
complete -c rekey -n '__rekey_at audit list' -l reason -x -d 'Only what was done for this reason'
complete -c rekey -n '__rekey_at 0 audit' -a verify -d 'Check the chain of the trail'
complete -c rekey -n '__rekey_at audit verify' -l head -x -d 'A hash noted earlier, or at least its first 8 digits; it must be in the chain'
complete -c rekey -n '__rekey_at 0 audit verify' -F
complete -c rekey -n '__rekey_at 0 audit' -a export -d 'Write the whole trail as JSON Lines, hashes included'
complete -c rekey -n '__rekey_at 0 seal' -a show -d 'Show how the secrets of the home are sealed'
complete -c rekey -n '__rekey_at 0 seal' -a change -d 'Seal all secrets of the home with a new key'
complete -c rekey -n '__rekey_at seal change' -l passphrase -d 'Use a new passphrase [a random key in seal.key]'
complete -c rekey -n '__rekey_at seal change' -l new-passphrase-file -r -F -d 'With --passphrase: file whose first line is the new one [asked for]'
complete -c rekey -n '__rekey_at 0 notify' -a test -d 'Run the command of [notify] with an example finding'
