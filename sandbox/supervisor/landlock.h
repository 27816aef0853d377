#pragma once

namespace inquest::sandbox {

// Whether this kernel has what EnterLandlock needs (6.12 and newer).
bool HasLandlock();

// Shuts this process and its children off from the abstract Unix sockets and, by signal, from the
// processes of everybody else: a belt beside the network and pid namespaces. Needs no privilege;
// system calls only.
bool EnterLandlock();

}  // namespace inquest::sandbox
