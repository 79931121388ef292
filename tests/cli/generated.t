What `--target generate` makes of manual pages and completions. Copies of them, never those of the sources.

  $ cp -r "$TESTDIR/../../man" "$TESTDIR/../../completions" .
  $ "$REKEY_GENERATE" --check .

Somebody changed what is generated; what is written by hand is theirs:

  $ sed -i 's/^\.Op Fl -due$/.Op Fl -late/' man/rekey-certs.1
  $ sed -i 's/^A$/One/' man/rekey-units.1
  $ "$REKEY_GENERATE" --check .
  man/rekey-certs.1: is not what the commands say
  run: cmake --build BUILD --target generate, and commit what it changed
  [1]
  $ "$REKEY_GENERATE" .
  man/rekey-certs.1: brought up to date
  $ "$REKEY_GENERATE" --check .
  $ grep -c '^One$' man/rekey-units.1
  1

A noun without a page gets one that can be printed:

  $ rm man/rekey-runs.1 completions/_rekey
  $ "$REKEY_GENERATE" .
  completions/_rekey: brought up to date
  man/rekey-runs.1: brought up to date
  $ "$REKEY_GENERATE" --check .
  $ mandoc -Tlint -W warning man/rekey-runs.1

A page without a place for it says so, and stays:

  $ grep -v 'end of options' man/rekey-runs.1 >without; cp without man/rekey-runs.1
  $ "$REKEY_GENERATE" .
  rekey_generate: man/rekey-runs.1 has no place for its options
    put the lines '.\" generated: options' and '.\" end of options' where that belongs
  [1]
  $ cmp without man/rekey-runs.1

All pages are clean for mandoc and groff, which need not be able to fill each line:

  $ cp "$TESTDIR"/../../man/*.? man/
  $ mandoc -Tlint -W warning man/*
  $ for page in man/*; do groff -mdoc -Tutf8 -ww -W break -z "$page" 2>&1; done
  $ for page in man/*.1; do man -l "$page" 2>&1 >/dev/null; done

The shells read the completions:

  $ bash -n completions/rekey.bash && zsh -n "$TESTDIR/../../completions/_rekey" && fish --no-execute completions/rekey.fish
