#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>

#include "inquest/v1/investigation_service.pb.h"
#include "runtime/doors/grpc/admission.h"
#include "runtime/doors/grpc/watch_catch_up.h"
#include "runtime/engine/engine.h"

namespace inquest::doors {

// Starts the reaction that serves one WatchInvestigation call; it owns itself until the call is
// done.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartWatch(grpc::CallbackServerContext& context,
                                                       Admitted admitted, std::string id,
                                                       const v1::WatchInvestigationRequest& request,
                                                       engine::Engine& engine,
                                                       WatchCatchUp& catch_up);

// A reaction that says no.
grpc::ServerWriteReactor<grpc::ByteBuffer>* RefuseWatch(const Status& status);

}  // namespace inquest::doors
