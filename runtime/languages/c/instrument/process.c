// Linked into what the instrumented compilers build: gives the lines that the process ran to the
// program `lines`, when it ends (an exit, _exit, a deadly signal) and a few times while it runs, so
// that a hang which is killed leaves its trace. All of it happens in a copy of the process that
// waits for nothing and allocates nothing: a broken heap or a held lock must not matter. As image.o
// (INQUEST_IMAGE) it only makes a shared library's counters known to the program.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct gcov_info;
void __gcov_info_to_gcda(const struct gcov_info* info, void (*name)(const char*, void*),
                         void (*data)(const void*, unsigned, void*),
                         void* (*allocate)(unsigned, void*), void* context);
extern const struct gcov_info* const __start_inquest_gcov[] __attribute__((weak));
extern const struct gcov_info* const __stop_inquest_gcov[] __attribute__((weak));

typedef void (*WriteCounters)(int file);

static void WriteAll(int file, const void* data, size_t size) {
  const char* at = data;
  while (size > 0) {
    const ssize_t wrote = write(file, at, size);
    if (wrote <= 0) return;
    at += wrote;
    size -= (size_t)wrote;
  }
}

static void WriteBlock(char kind, const void* data, unsigned size, void* file) {
  WriteAll(*(int*)file, &kind, 1);
  WriteAll(*(int*)file, &size, sizeof size);
  WriteAll(*(int*)file, data, size);
}

static void WriteName(const char* name, void* file) {
  WriteBlock('N', name, (unsigned)strlen(name), file);
}

static void WriteData(const void* data, unsigned size, void* file) {
  WriteBlock('D', data, size, file);
}

static void* Allocate(unsigned size, void* file) {
  (void)file;
  void* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static void WriteImage(int file) {
  const struct gcov_info* const* info = __start_inquest_gcov;
  const struct gcov_info* const* end = __stop_inquest_gcov;
  // Where no object of the image has counters, the section is absent.
  __asm__("" : "+r"(info), "+r"(end));
  for (; info < end; ++info) __gcov_info_to_gcda(*info, WriteName, WriteData, Allocate, &file);
}

#ifdef INQUEST_IMAGE

extern void inquest_register(WriteCounters write) __attribute__((weak));

__attribute__((constructor(101))) static void Begin(void) {
  if (inquest_register) inquest_register(WriteImage);
}

#else

enum { kImages = 200, kSeconds = 10, kPathBytes = 4096 };

static WriteCounters images[kImages];
static int image_count;
static char lines_program[kPathBytes];
static volatile sig_atomic_t ended;
static char signal_stack[1 << 16];

void inquest_register(WriteCounters write) {
  if (image_count < kImages) images[image_count++] = write;
}

static void Number(long number, char* text) {
  char digits[24];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (count > 0) *text++ = digits[--count];
  *text = '\0';
}

// In the copy: hands the counters to `lines`.
static void Hand(long process, const char* outcome) {
  sigset_t none;
  sigemptyset(&none);
  signal(SIGALRM, SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  alarm(kSeconds);
  const int file = memfd_create("counters", 0);
  if (file < 0) return;
  WriteImage(file);
  for (int i = 0; i < image_count; ++i) images[i](file);
  lseek(file, 0, SEEK_SET);
  dup2(file, STDIN_FILENO);
  char number[24];
  Number(process, number);
  char* arguments[] = {lines_program, number, (char*)outcome, NULL};
  execv(lines_program, arguments);
}

static void Record(const char* outcome) {
  if (lines_program[0] == '\0') return;
  const long process = getpid();
  // No signal at its end: the program's own wait() must not see it.
  const long copy = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
  if (copy == 0) {
    Hand(process, outcome);
    syscall(SYS_exit_group, 0);
  }
  if (copy < 0) return;
  while (waitpid((pid_t)copy, NULL, __WALL) < 0 && kill((pid_t)copy, 0) == 0) {
  }
}

static void End(int status) {
  if (ended) return;
  ended = 1;
  Record(status == 0 ? "ended" : "failed");
}

static void OnExit(int status, void* unused) {
  (void)unused;
  End(status);
}

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
void __wrap__Exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) {
  End(status);
  __real__exit(status);
}
void __wrap__Exit(int status) { __wrap__exit(status); }

static void OnDeadlySignal(int number) {
  End(1);
  signal(number, SIG_DFL);
  raise(number);
}

static void* Watch(void* unused) {
  (void)unused;
  static const int kMilliseconds[] = {250, 750, 2000, 5000, 12000, 40000};
  for (size_t i = 0; i < sizeof kMilliseconds / sizeof kMilliseconds[0]; ++i) {
    const struct timespec pause = {kMilliseconds[i] / 1000, kMilliseconds[i] % 1000 * 1000000L};
    nanosleep(&pause, NULL);
    if (!ended) Record("running");
  }
  return NULL;
}

static void StartWatch(void) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 1 << 17);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  pthread_create(&thread, &attributes, Watch, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor(101))) static void Begin(void) {
  if (getenv("INQUEST_OUT") == NULL) return;
  const char* root = getenv("INQUEST_INSTRUMENT_FOLDER");
  if (root == NULL) root = "/inquest/instrument";
  if (strlen(root) + sizeof "/lines" > sizeof lines_program) return;
  strcpy(lines_program, root);
  strcat(lines_program, "/lines");
  if (access(lines_program, X_OK) != 0) {
    lines_program[0] = '\0';
    return;
  }
  on_exit(OnExit, NULL);
  const stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
  sigaltstack(&stack, NULL);
  static const int kDeadly[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGTRAP,
                                SIGSYS,  SIGTERM, SIGALRM, SIGXCPU, SIGPIPE, SIGINT};
  for (size_t i = 0; i < sizeof kDeadly / sizeof kDeadly[0]; ++i) {
    struct sigaction before;
    if (sigaction(kDeadly[i], NULL, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = OnDeadlySignal;
    action.sa_flags = SA_ONSTACK;
    sigaction(kDeadly[i], &action, NULL);
  }
  StartWatch();
}

#endif
