#include "runtime/cli/completion.h"

#include "runtime/base/visible_text.h"
#include "runtime/cli/daemon_start.h"
#include "runtime/cli/verbs.h"
#include "runtime/report/words.h"

namespace inquest::cli {
namespace {

constexpr int kIdsMax = 50;
constexpr std::size_t kWordMax = 200;

constexpr std::string_view kBash = R"sh(# bash completion for inquest
_inquest() {
  local IFS=$'\n' candidates
  candidates=$(inquest complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$candidates" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _inquest inquest
)sh";

constexpr std::string_view kZsh = R"sh(#compdef inquest
_inquest() {
  local -a candidates
  candidates=("${(@f)$(inquest complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${candidates[1]}" ]]; then compadd -- "${candidates[@]}"; else _files; fi
}
compdef _inquest inquest
)sh";

constexpr std::string_view kFish = R"sh(# fish completion for inquest
function __inquest_complete
  set -l words (commandline -opc) (commandline -ct)
  inquest complete -- $words[2..-1] 2>/dev/null
end
complete -c inquest -a '(__inquest_complete)'
)sh";

}  // namespace

void Offer(Session& session, const Candidates& candidates) {
  std::string lines;
  for (const std::string& word : candidates.words) lines += word + "\n";
  if (candidates.ids) {
    lines += "@last\n";
    const Result<std::unique_ptr<Client>> client = ConnectOnly(session.paths());
    v1::ListInvestigationsRequest request;
    request.set_page_size(kIdsMax);
    if (client.ok()) {
      const Result<v1::ListInvestigationsResponse> listed = (*client)->List(request);
      if (listed.ok()) {
        for (const v1::Investigation& one : listed->investigations()) {
          lines += OneLine(report::IdOf(one), kWordMax) + "\n";
        }
      }
    }
  }
  session.console().Data(lines);
}

ExitCode Completion(Session& session, const std::string& shell) {
  session.console().Data(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
  return ExitCode::kVerifiedFix;
}

}  // namespace inquest::cli
