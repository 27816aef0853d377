#include "runtime/doors/grpc/investigation_service.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/time_util.h>

#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/digest.h"
#include "runtime/doors/grpc/await.h"
#include "runtime/doors/grpc/status_map.h"
#include "runtime/doors/grpc/validate.h"
#include "runtime/doors/grpc/watch.h"
#include "steps/hypothesize/gate.h"

namespace inquest::doors {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::string_view kCreateInvestigation =
    "inquest.v1.InvestigationService/CreateInvestigation";
constexpr std::string_view kGetInvestigation = "inquest.v1.InvestigationService/GetInvestigation";
constexpr std::string_view kListInvestigations =
    "inquest.v1.InvestigationService/ListInvestigations";
constexpr std::string_view kWatchInvestigation =
    "inquest.v1.InvestigationService/WatchInvestigation";
constexpr std::string_view kCancelInvestigation =
    "inquest.v1.InvestigationService/CancelInvestigation";
constexpr std::string_view kPauseInvestigation =
    "inquest.v1.InvestigationService/PauseInvestigation";
constexpr std::string_view kResumeInvestigation =
    "inquest.v1.InvestigationService/ResumeInvestigation";
constexpr std::string_view kForkInvestigation = "inquest.v1.InvestigationService/ForkInvestigation";
constexpr std::string_view kSteerInvestigation =
    "inquest.v1.InvestigationService/SteerInvestigation";

// The digest that a request_id is bound to: of the request's type and of the request without the
// id, fields in a fixed order.
template <typename Request>
Digest BodyDigest(Request request) {
  request.clear_request_id();
  std::string bytes = Request::descriptor()->full_name() + "\n";
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&output);
  }
  return Sha256(bytes);
}

Refusal CheckCreate(const v1::CreateInvestigationRequest& request, Reach reach) {
  if (Refusal bad = CheckRequestId(request.request_id()); !bad.ok()) return bad;
  if (Refusal bad = CheckPlainName("investigator", request.investigator()); !bad.ok()) return bad;
  if (Refusal bad = CheckPlainName("policy", request.policy()); !bad.ok()) return bad;
  if (Refusal bad = CheckProblem(request.problem()); !bad.ok()) return bad;
  if (Refusal bad = CheckBudget(request.budget()); !bad.ok()) return bad;
  return CheckTarget(request.target(), reach);
}

Refusal CheckSteer(const v1::SteerInvestigationRequest& request) {
  if (Refusal bad = CheckRequestId(request.request_id()); !bad.ok()) return bad;
  switch (request.what_case()) {
    case v1::SteerInvestigationRequest::kNote:
      if (request.note().empty() || request.note().size() > kTextLimitBytes) {
        return Refusal::Of("note", "1 to 16384 bytes");
      }
      return Refusal::None();
    case v1::SteerInvestigationRequest::kEvidence:
      if (!DigestFromHex(request.evidence().digest()).ok()) {
        return Refusal::Of("evidence.digest", "not 64 lower-case hexadecimal digits");
      }
      return Refusal::None();
    case v1::SteerInvestigationRequest::kHypothesis:
      if (request.hypothesis().mechanism().empty()) {
        return Refusal::Of("hypothesis.mechanism", "what is claimed to happen is required");
      }
      if (request.hypothesis().ByteSizeLong() > kHypothesisLimitBytes) {
        return Refusal::Of("hypothesis", "larger than 256 KiB");
      }
      if (request.hypothesis().citations_size() > kListLimit) {
        return Refusal::Of("hypothesis.citations", "more than 64");
      }
      return Refusal::None();
    case v1::SteerInvestigationRequest::kVeto:
      if (request.veto().empty() || request.veto().size() > kNameLimitBytes) {
        return Refusal::Of("veto", "the id of a hypothesis is required");
      }
      return Refusal::None();
    case v1::SteerInvestigationRequest::kBudget:
      return CheckBudget(request.budget());
    case v1::SteerInvestigationRequest::WHAT_NOT_SET:
      break;
  }
  return Refusal::Of("what", "one of note, evidence, hypothesis, veto and budget is required");
}

// Whether the gate, which says what is missing, will look at more than the form.
bool HasForm(const v1::Hypothesis& hypothesis) {
  v1::Submission submission;
  *submission.add_hypotheses() = hypothesis;
  return steps::HypothesizeGate({}, submission).empty();
}

v1::Investigation FromHead(const store::Head& head) {
  v1::Investigation result;
  result.set_name("investigations/" + head.id);
  result.mutable_problem()->set_title(head.title);
  result.set_state(static_cast<v1::State>(head.state));
  result.set_step(static_cast<v1::Step>(head.step));
  result.set_outcome(static_cast<v1::Outcome>(head.outcome));
  result.set_ended_by(static_cast<v1::EndedBy>(head.ended_by));
  result.set_last_sequence(head.last_sequence);
  *result.mutable_create_time() = TimeUtil::MicrosecondsToTimestamp(head.created_at_us);
  *result.mutable_update_time() = TimeUtil::MicrosecondsToTimestamp(head.updated_at_us);
  return result;
}

// Waits for the engine's answer and gives it to the response.
template <typename Response, typename Start>
grpc::Status Answer(const grpc::ServerContext& context, Response& response, Start start) {
  auto result = Await<v1::Investigation>(context, std::move(start));
  if (!result.ok()) return ToGrpc(result.status());
  *response.mutable_investigation() = *std::move(result);
  return grpc::Status::OK;
}

// Cancel, Pause and Resume: a name, the sequence that the client saw, and the engine's method.
template <typename Method, typename Request, typename Response>
grpc::Status Turn(engine::Engine& engine, Method method, Admission& admission, std::string_view rpc,
                  const grpc::ServerContext& context, const Request& request, Response& response) {
  auto admitted = admission.Admit(context, rpc);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  auto id = InvestigationId(request.name());
  if (!id.ok()) return ToGrpc(id.status());
  if (Refusal bad = CheckSequence(request.expected_sequence()); !bad.ok()) return ToGrpc(bad);
  return Answer(context, response, [&](auto done) {
    (engine.*method)(*id, request.expected_sequence(), admitted->caller(), std::move(done));
  });
}

}  // namespace

grpc::Status InvestigationService::CreateInvestigation(
    grpc::ServerContext* context, const v1::CreateInvestigationRequest* request,
    v1::CreateInvestigationResponse* response) {
  auto admitted = admission_.Admit(*context, kCreateInvestigation);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  if (Refusal bad = CheckCreate(*request, admitted->reach()); !bad.ok()) return ToGrpc(bad);
  engine::CreateRequest create{
      .problem = request->problem(),
      .target = request->target(),
      .investigator = request->investigator().empty() ? "builtin" : request->investigator(),
      .policy = request->policy().empty() ? "scratch" : request->policy(),
      .budget = request->budget(),
      .request_id = request->request_id(),
      .body = BodyDigest(*request)};
  // What we do not know has passed no check: it does not go into the journal.
  create.problem.DiscardUnknownFields();
  create.target.DiscardUnknownFields();
  create.budget.DiscardUnknownFields();
  return Answer(*context, *response, [&](auto done) {
    engine_.Create(std::move(create), admitted->caller(), std::move(done));
  });
}

grpc::Status InvestigationService::GetInvestigation(grpc::ServerContext* context,
                                                    const v1::GetInvestigationRequest* request,
                                                    v1::GetInvestigationResponse* response) {
  auto admitted = admission_.Admit(*context, kGetInvestigation);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  auto id = InvestigationId(request->name());
  if (!id.ok()) return ToGrpc(id.status());
  return Answer(*context, *response,
                [&](auto done) { engine_.Get(*std::move(id), std::move(done)); });
}

grpc::Status InvestigationService::ListInvestigations(grpc::ServerContext* context,
                                                      const v1::ListInvestigationsRequest* request,
                                                      v1::ListInvestigationsResponse* response) {
  auto admitted = admission_.Admit(*context, kListInvestigations);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  const auto size = PageSize(request->page_size());
  if (!size.ok()) return ToGrpc(size.status());
  auto query = ParseFilter(request->filter());
  if (!query.ok()) return ToGrpc(query.status());
  if (!request->page_token().empty()) {
    auto before = ReadPageToken(request->filter(), request->page_token());
    if (!before.ok()) return ToGrpc(before.status());
    query->before_id = *std::move(before);
  }
  if (const Status gone = StillWanted(*context); !gone.ok()) return ToGrpc(gone);
  query->limit = *size + 1;  // one more tells whether there is a next page
  const auto heads = store_.List(*query);
  if (!heads.ok()) return ToGrpc(heads.status());
  const auto wanted = static_cast<std::size_t>(*size);
  for (const store::Head& head : *heads) {
    if (static_cast<std::size_t>(response->investigations_size()) == wanted) break;
    *response->add_investigations() = FromHead(head);
  }
  if (heads->size() > wanted) {
    response->set_next_page_token(MakePageToken(request->filter(), (*heads)[wanted - 1].id));
  }
  return grpc::Status::OK;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* InvestigationService::WatchInvestigation(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  auto admitted = admission_.Admit(*context, kWatchInvestigation);
  if (!admitted.ok()) return RefuseWatch(admitted.status());
  v1::WatchInvestigationRequest parsed;
  grpc::ByteBuffer bytes(*request);
  if (!grpc::SerializationTraits<v1::WatchInvestigationRequest>::Deserialize(&bytes, &parsed)
           .ok()) {
    return RefuseWatch({Code::kInvalidArgument, "MALFORMED", "the request cannot be parsed"});
  }
  auto id = InvestigationId(parsed.name());
  if (!id.ok()) return RefuseWatch(id.status());
  if (parsed.after_sequence() < 0) {
    return RefuseWatch({Code::kInvalidArgument, "INVALID_FIELD", "after_sequence: negative"});
  }
  return StartWatch(*context, *std::move(admitted), *std::move(id), parsed, engine_, catch_up_);
}

grpc::Status InvestigationService::CancelInvestigation(
    grpc::ServerContext* context, const v1::CancelInvestigationRequest* request,
    v1::CancelInvestigationResponse* response) {
  return Turn(engine_, &engine::Engine::Cancel, admission_, kCancelInvestigation, *context,
              *request, *response);
}

grpc::Status InvestigationService::PauseInvestigation(grpc::ServerContext* context,
                                                      const v1::PauseInvestigationRequest* request,
                                                      v1::PauseInvestigationResponse* response) {
  return Turn(engine_, &engine::Engine::Pause, admission_, kPauseInvestigation, *context, *request,
              *response);
}

grpc::Status InvestigationService::ResumeInvestigation(
    grpc::ServerContext* context, const v1::ResumeInvestigationRequest* request,
    v1::ResumeInvestigationResponse* response) {
  return Turn(engine_, &engine::Engine::Resume, admission_, kResumeInvestigation, *context,
              *request, *response);
}

grpc::Status InvestigationService::ForkInvestigation(grpc::ServerContext* context,
                                                     const v1::ForkInvestigationRequest* request,
                                                     v1::ForkInvestigationResponse* response) {
  auto admitted = admission_.Admit(*context, kForkInvestigation);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  auto id = InvestigationId(request->name());
  if (!id.ok()) return ToGrpc(id.status());
  if (Refusal bad = CheckRequestId(request->request_id()); !bad.ok()) return ToGrpc(bad);
  if (Refusal bad = CheckPlainName("investigator", request->investigator()); !bad.ok()) {
    return ToGrpc(bad);
  }
  if (request->from_sequence() < 1) {
    return ToGrpc(
        Status(Code::kOutOfRange, "SEQUENCE_OUT_OF_RANGE", "from_sequence: the first event is 1"));
  }
  engine::ForkRequest fork{.id = *std::move(id),
                           .from_sequence = request->from_sequence(),
                           .investigator = request->investigator(),
                           .request_id = request->request_id(),
                           .body = BodyDigest(*request)};
  return Answer(*context, *response, [&](auto done) {
    engine_.Fork(std::move(fork), admitted->caller(), std::move(done));
  });
}

// On the caller's thread, as it reads artifacts: the engine's must not wait for a disk.
Refusal InvestigationService::CheckEvidence(const grpc::ServerContext& context,
                                            const std::string& id,
                                            const v1::Hypothesis& hypothesis) {
  if (!check_hypothesis_) {
    return {{Code::kUnimplemented, "NO_HYPOTHESIS_CHECK", "this daemon takes no hypotheses"}, ""};
  }
  const auto now =
      Await<v1::Investigation>(context, [&](auto done) { engine_.Get(id, std::move(done)); });
  if (!now.ok()) return {now.status(), ""};
  // To one that has ended the engine says so, or what it said before.
  if (now->state() == v1::STATE_ENDED) return Refusal::None();
  if (now->tree_digest().empty()) {
    return {{Code::kFailedPrecondition, "TREE_NOT_TAKEN",
             "the target's tree was not taken yet, so no hypothesis about it can be checked: try "
             "again when tree_digest is set"},
            ""};
  }
  const auto defects = check_hypothesis_(now->tree_digest(), hypothesis);
  if (!defects.ok()) return {defects.status(), ""};
  if (defects->empty()) return Refusal::None();
  const v1::Defect& defect = defects->front();
  return Refusal::Of("hypothesis", defect.message(), defect.reason());
}

grpc::Status InvestigationService::SteerInvestigation(grpc::ServerContext* context,
                                                      const v1::SteerInvestigationRequest* request,
                                                      v1::SteerInvestigationResponse* response) {
  auto admitted = admission_.Admit(*context, kSteerInvestigation);
  if (!admitted.ok()) return ToGrpc(admitted.status());
  auto id = InvestigationId(request->name());
  if (!id.ok()) return ToGrpc(id.status());
  if (Refusal bad = CheckSequence(request->expected_sequence()); !bad.ok()) return ToGrpc(bad);
  if (Refusal bad = CheckSteer(*request); !bad.ok()) return ToGrpc(bad);
  if (request->has_hypothesis() && HasForm(request->hypothesis())) {
    if (Refusal bad = CheckEvidence(*context, *id, request->hypothesis()); !bad.ok()) {
      return ToGrpc(bad);
    }
  }
  engine::SteerRequest steer{.id = *std::move(id),
                             .expected_sequence = request->expected_sequence(),
                             .what = {},
                             .request_id = request->request_id(),
                             .body = BodyDigest(*request)};
  if (request->has_note()) steer.what.set_note(request->note());
  if (request->has_hypothesis()) *steer.what.mutable_hypothesis() = request->hypothesis();
  if (request->has_veto()) steer.what.set_veto(request->veto());
  if (request->has_budget()) *steer.what.mutable_budget() = request->budget();
  if (request->has_evidence()) {
    // What the store knows of it; a digest alone is no evidence.
    auto known = DigestFromHex(request->evidence().digest());
    if (!known.ok()) return ToGrpc(known.status());
    auto artifact = store_.Describe(*known);
    if (!artifact.ok()) return ToGrpc(artifact.status());
    *steer.what.mutable_evidence() = *std::move(artifact);
  }
  steer.what.DiscardUnknownFields();
  return Answer(*context, *response, [&](auto done) {
    engine_.Steer(std::move(steer), admitted->caller(), std::move(done));
  });
}

}  // namespace inquest::doors
