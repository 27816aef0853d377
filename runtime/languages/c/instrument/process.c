// Linked into what the instrumented compilers build: gives the lines that the process ran to the
// program `lines`, when it ends and a few times while it runs, so that a hang which is killed
// leaves its trace. It allocates nothing from the heap. As image.o (INQUEST_IMAGE) it only makes a
// shared library's counters known to the program.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
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

#include <pthread.h>
#include <time.h>

#include "ending.h"

enum { kImages = 200 };

static WriteCounters images[kImages];
static int image_count;

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

// Hands the counters to `lines`.
static void Hand(const char* lines, long process, const char* outcome) {
  const int file = memfd_create("counters", 0);
  if (file < 0) return;
  WriteImage(file);
  for (int i = 0; i < image_count; ++i) images[i](file);
  lseek(file, 0, SEEK_SET);
  dup2(file, STDIN_FILENO);
  char number[24];
  Number(process, number);
  char* arguments[] = {(char*)lines, number, (char*)outcome, NULL};
  execv(lines, arguments);
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
  if (LookAtEnd("lines", Hand)) StartWatch();
}

#endif
