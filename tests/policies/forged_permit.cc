// Compiled by two tests: it must not compile with the forgery, and must without it.
#include "policies/permit.h"

#ifndef INQUEST_NO_FORGERY
inquest::policies::Permit Forge() { return inquest::policies::Permit(); }
#endif
