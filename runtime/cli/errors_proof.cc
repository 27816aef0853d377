#include "runtime/cli/errors_groups.h"

namespace inquest::cli {
namespace {

constexpr ErrorPage kPages[] = {
    {"APPLY_FAILED",
     "git did not apply, branch or commit in the checkout; the message has its words.",
     "Give the checkout of the examined tree with --source DIR, as it was then.",
     "PATCH_DOES_NOT_APPLY"},
    {"ARCHIVE_FAILED", "The bundle could not be written.",
     "Look at disk and rights of where it goes, and try again.", "DISK_FULL"},
    {"BAD_BUNDLE",
     "The file is no bundle: it is no archive of this kind, is of another version, or its manifest "
     "is not as it should be.",
     "Give a file that `inquest export` wrote.", "BUNDLE_DAMAGED"},
    {"BAD_PATCH",
     "The text is no unified diff: the message names the line, or it is larger than 8 MiB.",
     "Give a patch as `git diff` writes it.", "PATCH_DOES_NOT_APPLY"},
    {"BUNDLE_DAMAGED", "Bytes, hashes and events of the bundle do not fit each other.",
     "Get the bundle anew: what it holds was changed on its way.", "BAD_BUNDLE"},
    {"BUNDLE_TOO_LARGE",
     "The bundle has a file that is too long, or more than 16 GiB of artifacts.",
     "Export it with --withhold-outputs.", "ARTIFACT_TOO_LARGE"},
    {"CERTIFICATE_NOT_WRITTEN", "The certificate of a verified fix could not be written as JSON.",
     "Report it as an error of Inquest, with `inquest export ID`.", "CERTIFICATE_UNREADABLE"},
    {"CERTIFICATE_OF_ANOTHER",
     "The certificate is of another tree or another patch than the investigation in the bundle: "
     "one of them was exchanged.",
     "Do not trust this patch.", "PROOF_FAILED"},
    {"CERTIFICATE_UNREADABLE", "The certificate is not one in the contract's JSON mapping.",
     "Do not trust this patch; get the bundle anew.", "BUNDLE_DAMAGED"},
    {"INVESTIGATION_EXISTS",
     "There is an investigation with the bundle's id here, with another journal; it stays as it "
     "is.",
     "Look at yours with `inquest show ID`: it is another one with the same id.", "BUNDLE_DAMAGED"},
    {"NOTHING_TO_CERTIFY",
     "The investigation claims no verified fix, so there is no proof to make again.",
     "See how far it got: inquest report ID.", "NOT_VERIFIED NO_CERTIFICATES"},
    {"NOT_PROVEN_HERE", "The patch is verified by the records of another machine only.",
     "Make the proof again: inquest certify ID; then apply it with --unverified.", "NOT_VERIFIED"},
    {"NOT_VERIFIED", "The patch was not verified, so it is not applied unasked.",
     "See what is missing with `inquest show ID`; --unverified applies it all the same.",
     "NOT_PROVEN_HERE FIX_AMBIGUOUS"},
    {"NO_FIX", "The journal of the bundle claims a verified fix, but no step of it delivers one.",
     "Do not trust this bundle.", "NOTHING_TO_CERTIFY"},
    {"NO_PATCH", "The investigation has no patch.", "See how far it got with `inquest show ID`.",
     "NOT_VERIFIED"},
    {"OTHER_LOGIC",
     "Decisions of the journal were made by another version of the steps, which this program "
     "cannot make again.",
     "Replay it with the program that made it; `inquest certify` needs no replay.",
     "REPLAY_DIVERGES"},
    {"PATCH_DOES_NOT_APPLY",
     "A file is not as the patch says, or the patch names files in a way that cannot be.",
     "Make the patch against the tree that is examined.", "BAD_PATCH APPLY_FAILED"},
    {"PROOF_FAILED", "The proof was made again and does not hold here.",
     "Do not trust this patch; `inquest import` and `inquest report` show its claims.",
     "PROOF_NOT_MADE PATCH_DOES_NOT_HOLD"},
    {"PROOF_NOT_MADE",
     "The proof could not be made on this machine, which says nothing about the patch.",
     "Run `inquest doctor`: its commands may need tools that this machine lacks.",
     "PROOF_FAILED SANDBOX_REFUSED"},
    {"REPLAY_DIVERGES",
     "An event of the journal does not follow from those before it: a result was changed, or the "
     "steps decide in another way.",
     "Look at the events with `inquest watch`; what follows from this one proves nothing.",
     "OTHER_LOGIC BUNDLE_DAMAGED"},
};

}  // namespace

std::span<const ErrorPage> ProofErrors() { return kPages; }

}  // namespace inquest::cli
