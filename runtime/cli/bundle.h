#pragma once

#include <string>

#include "inquest/v1/report_service.pb.h"
#include "runtime/cli/session.h"

namespace inquest::cli {

// Writes the bundle of an investigation (by its full name) to a file: whole or not at all.
Status WriteBundleFile(Session& session, const v1::ExportBundleRequest& request,
                       const std::string& file);
// Gives a bundle to the session's daemon.
Result<v1::ImportBundleResponse> ImportFile(Session& session, const std::string& file);

}  // namespace inquest::cli
