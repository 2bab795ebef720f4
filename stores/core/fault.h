/// Fault points: the places where a test can kill, fail or hold arkive. One word each; nothing in release
/// builds.
///
///   ARKIVE_FAULT_POINT();              before an operation that leaves a trace (write, fsync, rename, send)
///   if (int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("sync", path, e));   where a call can fail
///
/// In builds with ARKIVE_FAULTS the points are numbered as they are passed, from 1, and the environment says
/// what happens at which one. An ERRNO point is a point too; ERRNO points are counted separately as well.
///
///   ARKIVE_FAULT=kill@N         SIGKILL to ourselves at the N-th point
///
///   ARKIVE_FAULT=stop@N         SIGSTOP to ourselves at the N-th point; the test goes on with SIGCONT
///
///   ARKIVE_FAULT=ENOSPC@N       (any errno name) the N-th ERRNO point reports that error
///
///   ARKIVE_FAULT=ENOSPC@N+      the N-th and every later one
///
///   ARKIVE_FAULT_COUNT=FILE     at exit, writes "points P errno-points E" to FILE: how far a sweep has to go
///
/// An ARKIVE_FAULT that cannot be read aborts at the first point.
#pragma once

#ifdef ARKIVE_FAULTS
namespace arkive::fault {
void pass();
int error_number();
}  // namespace arkive::fault
#define ARKIVE_FAULT_POINT() ::arkive::fault::pass()
#define ARKIVE_FAULT_ERRNO() (::arkive::fault::pass(), ::arkive::fault::error_number())
#else
#define ARKIVE_FAULT_POINT() ((void)0)
#define ARKIVE_FAULT_ERRNO() (0)
#endif
