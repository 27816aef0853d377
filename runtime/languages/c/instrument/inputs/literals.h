#pragma once

/* Put before a test by the program `weave`: its literals ask what they are, and what it looks at is
   noted (literals.c). Nothing is included, so that no name or macro comes to the test with it. */
#pragma GCC system_header

struct inquest_literal {
  const char* before; /* the statement up to the literal, and from it on */
  const char* after;
  char kind; /* i: an integer, s: one that may only shrink, c: a character, r: a real, t: a text */
};

#ifdef __cplusplus
extern "C" {
#endif
/* Weak: where a program is linked by another way, all literals are what they are. */
long long inquest_integer(const struct inquest_literal*, long long) __attribute__((weak));
double inquest_real(const struct inquest_literal*, double) __attribute__((weak));
char* inquest_text(const struct inquest_literal*, const char*) __attribute__((weak));
void inquest_note_integer(long long) __attribute__((weak));
void inquest_note_real(double) __attribute__((weak));
void inquest_note_text(const char*, unsigned long) __attribute__((weak));
void inquest_note_string(const char*) __attribute__((weak));
void inquest_note_mark(char) __attribute__((weak));
#ifdef __cplusplus
}
#endif

#define INQUEST_INTEGER(literal, value)                                                     \
  (inquest_integer ? (__typeof__(value))inquest_integer(inquest_literals + (literal), value) \
                   : (value))
#define INQUEST_REAL(literal, value)                                                  \
  (inquest_real ? (__typeof__(value))inquest_real(inquest_literals + (literal), value) \
                : (value))

#ifdef INQUEST_NO_TEXTS

#define INQUEST_TEXT(literal, value) value

#elif !defined(__cplusplus)

/* Where a text fills an array of characters, no pointer can. */
#pragma GCC diagnostic error "-Wint-conversion"
#define INQUEST_TEXT(literal, value) \
  (inquest_text ? inquest_text(inquest_literals + (literal), value) : (char*)(value))

#else

#define INQUEST_TEXT(literal, value) \
  (inquest_text ? (const char*)inquest_text(inquest_literals + (literal), value) : (value))

#endif

#ifdef INQUEST_NO_NOTES

#define INQUEST_NOTE(...) (__VA_ARGS__)

#elif !defined(__cplusplus)

static inline void inquest_note_nothing() {}
#define INQUEST_NOTE(...)                                                                        \
  __extension__({                                                                                \
    __auto_type inquest_value = (__VA_ARGS__);                                                   \
    if (inquest_note_integer)                                                                    \
      _Generic(inquest_value, _Bool: inquest_note_integer, char: inquest_note_integer,           \
          signed char: inquest_note_integer, unsigned char: inquest_note_integer,                \
          short: inquest_note_integer, unsigned short: inquest_note_integer,                     \
          int: inquest_note_integer, unsigned: inquest_note_integer, long: inquest_note_integer, \
          unsigned long: inquest_note_integer, long long: inquest_note_integer,                  \
          unsigned long long: inquest_note_integer, float: inquest_note_real,                    \
          double: inquest_note_real, char*: inquest_note_string,                                 \
          const char*: inquest_note_string, default: inquest_note_nothing)(inquest_value);       \
    inquest_value;                                                                               \
  })

#else

#define INQUEST_NOTE(...) ::inquest_notes::Note(__VA_ARGS__)

namespace inquest_notes {

// The overload with the highest rank that fits is taken.
template <int kRank>
struct Rank : Rank<kRank - 1> {};
template <>
struct Rank<0> {};
typedef Rank<6> Best;

template <class Type>
struct Number {};
#define INQUEST_NUMBER(type, how)       \
  template <>                           \
  struct Number<type> {                 \
    static void Show(type value) {      \
      if (inquest_note_integer) how;    \
    }                                   \
  };
INQUEST_NUMBER(bool, inquest_note_integer(value))
INQUEST_NUMBER(char, inquest_note_integer(value))
INQUEST_NUMBER(signed char, inquest_note_integer(value))
INQUEST_NUMBER(unsigned char, inquest_note_integer(value))
INQUEST_NUMBER(short, inquest_note_integer(value))
INQUEST_NUMBER(unsigned short, inquest_note_integer(value))
INQUEST_NUMBER(int, inquest_note_integer(value))
INQUEST_NUMBER(unsigned, inquest_note_integer(value))
INQUEST_NUMBER(long, inquest_note_integer(value))
INQUEST_NUMBER(unsigned long, inquest_note_integer((long long)value))
INQUEST_NUMBER(long long, inquest_note_integer(value))
INQUEST_NUMBER(unsigned long long, inquest_note_integer((long long)value))
INQUEST_NUMBER(float, inquest_note_real(value))
INQUEST_NUMBER(double, inquest_note_real(value))
INQUEST_NUMBER(long double, inquest_note_real((double)value))
INQUEST_NUMBER(char*, inquest_note_string(value))
INQUEST_NUMBER(const char*, inquest_note_string(value))
#undef INQUEST_NUMBER

inline void Text(const char* text, unsigned long size) {
  if (inquest_note_text) inquest_note_text(text, size);
}
inline void Mark(char mark) {
  if (inquest_note_mark) inquest_note_mark(mark);
}

template <class Type>
void Show(const Type&, Rank<0>) {}
template <class Type>
auto Show(const Type& value, Rank<1>) -> decltype((void)value.has_value(), (void)*value) {
  Mark(value.has_value() ? '!' : '?');
  if (value.has_value()) Show(*value, Best());
}
template <class Type>
auto Show(const Type& value, Rank<2>) -> decltype((void)value.begin(), (void)value.end()) {
  static int depth = 0;  // a path is a range of paths
  if (++depth < 4) {
    Mark('[');
    for (auto it = value.begin(); it != value.end(); ++it) Show(*it, Best());
    Mark(']');
  }
  --depth;
}
template <class Type>
auto Show(const Type& value, Rank<3>) -> decltype((void)value.first, (void)value.second) {
  Mark('(');
  Show(value.first, Best());
  Show(value.second, Best());
  Mark(')');
}
template <class Type>
auto Show(const Type& value, Rank<4>) -> decltype(Text(value.data(), value.size())) {
  Text(value.data(), value.size());
}
template <class Type>
auto Show(const Type& value, Rank<5>) -> decltype(Number<Type>::Show(value)) {
  Number<Type>::Show(value);
}
template <unsigned long kSize>
void Show(const char (&value)[kSize], Rank<6>) {
  const char* text = value;
  Number<const char*>::Show(text);
}

// What it was given, as it was given: a reference stays one, what is about to go is moved on.
template <class Type>
Type Note(Type&& value) {
  Show(value, Best());
  return static_cast<Type&&>(value);
}

}  // namespace inquest_notes

#endif
