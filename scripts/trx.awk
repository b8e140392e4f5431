# Reads a TRX file. Prints every failed and skipped test for people, and last "passed failed skipped" for test.sh.
# One record per XML tag: text in TRX is escaped, so that a "<" always begins a tag.
BEGIN { RS = "<"; passed = failed = skipped = -1 }

function attribute(name,    at) {
  at = index($0, " " name "=\"")
  return at ? plain(substr($0, at + length(name) + 3, index(substr($0, at + length(name) + 3), "\"") - 1)) : ""
}

function content() { return plain(substr($0, index($0, ">") + 1)) }

function plain(text) {
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&#x[dD];|\r/, "", text)
  gsub(/&#x[aA];/, "\n", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

function report() {
  if (outcome == "NotExecuted") {
    gsub(/\n/, " ", message)
    print "SKIPPED " test ": " (message == "" ? "no reason given" : message)
  } else if (outcome != "" && outcome != "Passed") {
    gsub(/\n/, "\n    ", message)
    print "FAILED " test "\n    " message place
  }
  outcome = message = place = ""
}

/^UnitTestResult / { test = attribute("testName"); outcome = attribute("outcome"); if ($0 ~ /\/>[ \n]*$/) report() }
/^\/UnitTestResult>/ { report() }
/^Message>/ && outcome != "" { message = content() }
# Where the runner of xunit.v3 writes why a test was skipped.
/^StdOut>/ && outcome == "NotExecuted" && message == "" { message = content() }
/^StackTrace>/ && outcome != "" { if (match(content(), /[^ ]+:line [0-9]+/)) place = "\n    at " substr(content(), RSTART, RLENGTH) }
/^Counters / { passed = attribute("passed") + 0; skipped = attribute("total") - attribute("executed"); failed = attribute("executed") - passed }

END { print passed, failed, skipped }
