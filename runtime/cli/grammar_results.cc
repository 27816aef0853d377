#include <memory>

#include "runtime/cli/grammar.h"

namespace inquest::cli {
namespace {

constexpr int kListMax = 100'000;

void AddList(Grammar& grammar) {
  CLI::App& verb = grammar.Add("list", "list investigations, newest first",
                               "  inquest list\n"
                               "  inquest list --filter 'state=RUNNING AND title:\"crash\"'\n");
  auto options = std::make_shared<ListOptions>();
  verb.add_option(
      "--filter", options->filter,
      "terms joined by AND: state=, outcome=, ended_by=, title:\"text\", create_time>\"...\"");
  verb.add_option("--limit", options->limit, "at most so many")->check(CLI::Range(1, kListMax));
  grammar.On(verb, [options](Session& session, Interrupts&) { return List(session, *options); });
}

void AddWatch(Grammar& grammar) {
  CLI::App& verb = grammar.Add("watch", "print every event of an investigation as it happens",
                               "  inquest watch @last\n"
                               "  inquest watch @last --after 120 --output json\n");
  auto options = std::make_shared<WatchOptions>();
  AddId(verb, options->word);
  verb.add_option("--after", options->after_sequence, "begin after this event (default 0)")
      ->type_name("SEQUENCE")
      ->check(CLI::NonNegativeNumber);
  grammar.On(verb, [options](Session& session, Interrupts& interrupts) {
    return Watch(session, interrupts, *options);
  });
}

void AddEvidence(Grammar& grammar) {
  CLI::App& verb = grammar.Add("evidence", "list the evidence, or print one piece byte for byte",
                               "  inquest evidence @last\n"
                               "  inquest evidence @last 3fa91c >stdout.bin\n");
  auto options = std::make_shared<EvidenceOptions>();
  AddId(verb, options->word);
  verb.add_option("digest", options->digest, "a digest, or the beginning of one")
      ->type_name("DIGEST");
  verb.add_flag("--raw", options->raw, "do not escape, even on a terminal");
  grammar.On(verb,
             [options](Session& session, Interrupts&) { return Evidence(session, *options); });
}

void AddPatch(Grammar& grammar) {
  CLI::App& verb = grammar.Add("patch", "print the patch as a unified diff",
                               "  inquest patch @last | git apply\n");
  auto word = std::make_shared<std::string>();
  auto raw = std::make_shared<bool>(false);
  AddId(verb, *word);
  verb.add_flag("--raw", *raw, "do not escape, even on a terminal");
  grammar.On(verb,
             [word, raw](Session& session, Interrupts&) { return Patch(session, *word, *raw); });
}

void AddApply(Grammar& grammar) {
  CLI::App& verb =
      grammar.Add("apply", "apply the patch and its regression test to a checkout",
                  "  inquest apply @last\n  inquest apply @last --branch fix/ages --commit\n");
  auto options = std::make_shared<ApplyOptions>();
  AddId(verb, options->word);
  verb.add_option("--source", options->directory, "root of the checkout (default: here)")
      ->type_name("DIR");
  verb.add_option("--branch", options->branch, "make this branch first")->type_name("NAME");
  verb.add_flag("--commit", options->commit, "commit what was applied, and nothing else");
  verb.add_flag("--unverified", options->unverified, "also a patch that is not verified");
  grammar.On(verb, [options](Session& session, Interrupts&) { return Apply(session, *options); });
}

void AddReport(Grammar& grammar) {
  CLI::App& verb = grammar.Add("report", "what was found, for people or programs",
                               "  inquest report @last -o report.html\n"
                               "  inquest report @last --format md >>pull-request.md\n");
  auto options = std::make_shared<ReportOptions>();
  AddId(verb, options->word);
  verb.add_option("--format", options->format,
                  "md, html, json, sarif or junit (default: by the file's name, else md)")
      ->check(CLI::IsMember({"md", "html", "json", "sarif", "junit"}))
      ->type_name("FORMAT");
  verb.add_option("-o,--out", options->file, "write it to this file")->type_name("FILE");
  grammar.On(verb, [options](Session& session, Interrupts&) { return Report(session, *options); });
}

void AddBundles(Grammar& grammar) {
  CLI::App& write = grammar.Add("export", "write journal and evidence to one file",
                                "  inquest export @last -o bug-42.inquest\n");
  auto options = std::make_shared<ExportOptions>();
  AddId(write, options->word);
  write.add_option("-o,--out", options->file, "the bundle (default ID.inquest)")->type_name("FILE");
  write.add_flag("--withhold-outputs", options->withhold_outputs,
                 "leave out what runs printed and left behind; the bundle says so");
  grammar.On(write, [options](Session& session, Interrupts&) { return Export(session, *options); });

  CLI::App& read = grammar.Add("import", "take in a bundle that export wrote",
                               "  inquest import bug-42.inquest\n");
  auto file = std::make_shared<std::string>();
  read.add_option("file", *file, "the bundle")->type_name("FILE")->required();
  grammar.On(read, [file](Session& session, Interrupts&) { return Import(session, *file); });

  CLI::App& replay = grammar.Add(
      "replay", "make the recorded decisions again, offline; say which one does not follow",
      "  inquest replay @last\n  inquest replay bug-42.inquest\n");
  auto of = std::make_shared<std::string>();
  replay.add_option("what", *of, "a bundle, or an investigation")->type_name("FILE|ID")->required();
  grammar.On(replay, [of](Session& session, Interrupts&) { return Replay(session, *of); });

  CLI::App& certify =
      grammar.Add("certify", "make the proof of a verified fix again, from its bundle alone",
                  "  inquest certify bug-42.inquest\n  inquest certify @last\n");
  auto what = std::make_shared<CertifyOptions>();
  certify.add_option("what", what->what, "a bundle, or an investigation")
      ->type_name("FILE|ID")
      ->required();
  AddDetail(certify, what->detail);
  grammar.On(certify, [what](Session& session, Interrupts& interrupts) {
    return Certify(session, interrupts, *what);
  });
}

void AddCi(Grammar& grammar) {
  CLI::App& verb = grammar.Add("ci", "tell whether a bug that was fixed is back",
                               "  inquest export @last -o .inquest/certificates/ages.inquest\n"
                               "  inquest ci --junit inquest.xml --sarif inquest.sarif\n"
                               "  inquest ci --workflow github >.github/workflows/inquest.yml\n");
  auto options = std::make_shared<CiOptions>();
  verb.add_option("bundle", options->bundles, "bundles (default: .inquest/certificates/*.inquest)")
      ->type_name("FILE");
  verb.add_option("--source", options->source, "root of the tree as it is now (default: here)")
      ->type_name("DIR");
  verb.add_option("--junit", options->junit_file, "write JUnit's XML to this file")
      ->type_name("FILE");
  verb.add_option("--sarif", options->sarif_file, "write SARIF to this file")->type_name("FILE");
  verb.add_option("--workflow", options->workflow, "print a job for github or gitlab, run nothing")
      ->check(CLI::IsMember({"github", "gitlab"}))
      ->type_name("SYSTEM");
  grammar.On(verb, [options](Session& session, Interrupts& interrupts) {
    return Ci(session, interrupts, *options);
  });
}

}  // namespace

void AddResults(Grammar& grammar) {
  AddList(grammar);
  AddSimple(grammar, "show", "all that is known of an investigation", &Show);
  AddWatch(grammar);
  AddEvidence(grammar);
  AddSimple(grammar, "hypotheses", "the ledger of hypotheses; refuted ones stay", &ShowHypotheses);
  AddPatch(grammar);
  AddApply(grammar);
  AddReport(grammar);
  AddBundles(grammar);
  AddCi(grammar);
}

}  // namespace inquest::cli
