#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "runtime/languages/language.h"

namespace inquest::languages {
namespace {

constexpr std::size_t kMany = 5000;

const Language& Python() { return *FindLanguage("python"); }

std::vector<Edit> EditsOf(const std::string& language, const std::string& text, int first,
                          int last) {
  auto edits = FindLanguage(language)->Edits(text, {first, last}, kMany);
  EXPECT_TRUE(edits.ok()) << edits.status().ToString();
  return edits.ok() ? *edits : std::vector<Edit>{};
}

// One slip each: what stands in the line, and what should.
struct Slip {
  const char* name;
  const char* language;
  int line;
  const char* wrong;
  const char* right;
};

class Templates : public testing::TestWithParam<Slip> {};

TEST_P(Templates, OfferTheRightText) {
  const Slip& slip = GetParam();
  const auto edits = EditsOf(slip.language, slip.wrong, slip.line, slip.line);
  EXPECT_TRUE(std::any_of(edits.begin(), edits.end(),
                          [&](const Edit& edit) { return Apply(slip.wrong, edit) == slip.right; }))
      << edits.size() << " edits, none of them that one";
}

INSTANTIATE_TEST_SUITE_P(
    Swaps, Templates,
    testing::Values(
        Slip{"Overwritten", "python", 2, "def f(a, b):\n    a = b\n    b = a\n    return a\n",
             "def f(a, b):\n    a, b = b, a\n    return a\n"},
        Slip{"OverwrittenInJavascript", "javascript", 2,
             "function f(a, i) {\n  a[i] = a[0];\n  a[0] = a[i];\n}\n",
             "function f(a, i) {\n  [a[i], a[0]] = [a[0], a[i]];\n}\n"},
        Slip{"Middle", "javascript", 3, "function f(p, k) {\n  let t = p[k]\n  p[k + 1] = t\n}\n",
             "function f(p, k) {\n  let t = p[k]\n  p[k] = p[k + 1];\n  p[k + 1] = t\n}\n"},
        Slip{"Last", "c", 3, "void f(int *a, int *b) {\n  int t = a[0];\n  a[0] = b[0];\n}\n",
             "void f(int *a, int *b) {\n  int t = a[0];\n  a[0] = b[0];\n  b[0] = t;\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Texts, Templates,
    testing::Values(Slip{"Nothing", "javascript", 1, "const f = (a) => a.join(' ');\n",
                         "const f = (a) => a.join('');\n"},
                    Slip{"Blank", "python", 2, "def f(a):\n    return ''.join(a)\n",
                         "def f(a):\n    return ' '.join(a)\n"},
                    Slip{"Trimmed", "c", 2, "void f(void) {\n  puts(\"sum: \");\n}\n",
                         "void f(void) {\n  puts(\"sum:\");\n}\n"},
                    Slip{"Upper", "python", 2, "def f(a):\n    return \"hello \" + a\n",
                         "def f(a):\n    return \"Hello \" + a\n"},
                    Slip{"NoAnswer", "javascript", 2, "function f(x) {\n  return x\n}\n",
                         "function f(x) {\n  return -1\n}\n"},
                    Slip{"NoneForValue", "python", 2, "def f(x):\n    return x[0]\n",
                         "def f(x):\n    return None\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Python, Templates,
    testing::Values(
        Slip{"Boundary", "python", 2, "def f(a, b):\n    if a < b:\n        return a\n",
             "def f(a, b):\n    if a <= b:\n        return a\n"},
        Slip{"Arithmetic", "python", 2, "def f(a, b):\n    return a + b\n",
             "def f(a, b):\n    return a - b\n"},
        Slip{"TwinOfAGenerator", "python", 2, "def f(xs):\n    return any(x > 0 for x in xs)\n",
             "def f(xs):\n    return all(x > 0 for x in xs)\n"},
        Slip{"ElementAsTarget", "python", 2, "def f(w, e, u, v):\n    e[u, v] = min(w[u], w[v])\n",
             "def f(w, e, u, v):\n    w[v] = min(w[u], w[v])\n"},
        Slip{"VariableForCall", "python", 2, "def f(d, heap):\n    return get(heap) + 1\n",
             "def f(d, heap):\n    return d + 1\n"},
        Slip{"Augmented", "python", 2, "def f(a, b):\n    a += b\n", "def f(a, b):\n    a -= b\n"},
        Slip{"SwappedArguments", "python", 2, "def gcd(a, b):\n    return gcd(a % b, b)\n",
             "def gcd(a, b):\n    return gcd(b, a % b)\n"},
        Slip{"OffByOneRange", "python", 2, "def f(n):\n    for i in range(n):\n        g(i)\n",
             "def f(n):\n    for i in range(n + 1):\n        g(i)\n"},
        Slip{"OffByOneSlice", "python", 2, "def f(x, n):\n    return x[:n]\n",
             "def f(x, n):\n    return x[:n - 1]\n"},
        Slip{"SuperfluousOne", "python", 2, "def f(n):\n    return n + 1\n",
             "def f(n):\n    return n\n"},
        Slip{"Accumulator", "python", 2, "def f(xs):\n    total = 1\n    return total\n",
             "def f(xs):\n    total = 0\n    return total\n"},
        Slip{"WrongVariable", "python", 3, "def f(a, b):\n    c = a\n    return a * b\n",
             "def f(a, b):\n    c = a\n    return c * b\n"},
        Slip{"BooleanOperator", "python", 2, "def f(a, b):\n    return a and b\n",
             "def f(a, b):\n    return a or b\n"},
        Slip{"Negation", "python", 2, "def f(a):\n    if a:\n        return 1\n",
             "def f(a):\n    if not (a):\n        return 1\n"},
        Slip{"Twin", "python", 2, "def f(a):\n    return any(a)\n",
             "def f(a):\n    return all(a)\n"},
        Slip{"LoopCondition", "python", 2, "def f(q):\n    while True:\n        q.pop()\n",
             "def f(q):\n    while q:\n        q.pop()\n"},
        Slip{"MissingReturn", "python", 2, "def f(q):\n    g(q)\n", "def f(q):\n    return g(q)\n"},
        Slip{"OutOfBlock", "python", 4,
             "def f(q):\n    for x in q:\n        g(x)\n        return x\n",
             "def f(q):\n    for x in q:\n        g(x)\n    return x\n"},
        Slip{"IntoBlock", "python", 4, "def f(q):\n    for x in q:\n        g(x)\n    h(x)\n",
             "def f(q):\n    for x in q:\n        g(x)\n        h(x)\n"},
        Slip{"Deletion", "python", 3, "def f(q):\n    g(q)\n    h(q)\n", "def f(q):\n    g(q)\n"},
        Slip{"Guard", "python", 2, "def f(q):\n    return q.x\n",
             "def f(q):\n    if q is None:\n        return None\n    return q.x\n"},
        Slip{"NullGuard", "python", 2, "def f(a):\n    if a.next is None:\n        return 1\n",
             "def f(a):\n    if a is None or a.next is None:\n        return 1\n"},
        Slip{"MissingAdd", "python", 4,
             "def f(n):\n    seen = set()\n    if n in seen:\n        return 1\n    return 0\n",
             "def f(n):\n    seen = set()\n    if n in seen:\n        seen.add(n)\n        return "
             "1\n    return 0\n"},
        Slip{"ConstantForCondition", "python", 3, "def f(s):\n    depth = 0\n    return True\n",
             "def f(s):\n    depth = 0\n    return depth == 0\n"},
        Slip{"MissingSlice", "python", 2, "def f(xs, k):\n    for x in xs:\n        g(x)\n",
             "def f(xs, k):\n    for x in xs[k:]:\n        g(x)\n"},
        Slip{"MissingTerm", "python", 3, "def f(a, k):\n    n = len(a)\n    return f(a, k)\n",
             "def f(a, k):\n    n = len(a)\n    return f(a, k - n)\n"},
        Slip{"OffByOneInATuple", "python", 2, "def f(d, i, j):\n    return d[i - 1, j] + 1\n",
             "def f(d, i, j):\n    return d[i - 1, j - 1] + 1\n"},
        Slip{"RunningMaximum", "python", 3,
             "def f(a):\n    best = 0\n    best = a + 1\n    return best\n",
             "def f(a):\n    best = 0\n    best = max(best, a + 1)\n    return best\n"},
        Slip{"NotBelowZero", "python", 2, "def f(a, b):\n    c = a + b\n    return c\n",
             "def f(a, b):\n    c = max(0, a + b)\n    return c\n"},
        Slip{"BoundOfLength", "python", 2, "def f(a):\n    if len(a) == 0:\n        return a\n",
             "def f(a):\n    if len(a) <= 1:\n        return a\n"},
        Slip{"CallForAssignment", "python", 2, "def f(d, a, b):\n    d[a].update(d[b])\n",
             "def f(d, a, b):\n    d[a] = d[b]\n"},
        Slip{"OffByOneInParentheses", "python", 2, "def f(a):\n    return [1] + (len(a)) * [0]\n",
             "def f(a):\n    return [1] + (len(a) - 1) * [0]\n"},
        Slip{"MemberThatBelongsToAnother", "python", 2,
             "def f(have, order):\n    if order.price > have:\n        return 0\n"
             "    return have - order.price - order.tax\n",
             "def f(have, order):\n    if order.price + order.tax > have:\n        return 0\n"
             "    return have - order.price - order.tax\n"},
        Slip{"NothingForAConstant", "python", 3,
             "def f(a):\n    if not a:\n        return 0.0\n    return float(a)\n",
             "def f(a):\n    if not a:\n        return None\n    return float(a)\n"},
        Slip{"MissingAlternative", "python", 2,
             "def f(total, coins):\n    if total < 0:\n        return 0\n",
             "def f(total, coins):\n    if total < 0 or not coins:\n        return 0\n"},
        Slip{"MissingPart", "python", 3,
             "def f(a):\n    rest = g(a)\n    return [a + r for r in rest]\n",
             "def f(a):\n    rest = g(a)\n    return rest + [a + r for r in rest]\n"},
        Slip{"MissingAssignment", "python", 5,
             "def f(node):\n    last = None\n    while node:\n        after = node.next\n        "
             "node.next = last\n        node = after\n    return last\n",
             "def f(node):\n    last = None\n    while node:\n        after = node.next\n        "
             "node.next = last\n        last = node\n        node = after\n    return last\n"},
        Slip{"SwappedElements", "python", 2, "def f(d, i, k):\n    return d[i, k]\n",
             "def f(d, i, k):\n    return d[k, i]\n"},
        Slip{"Power", "python", 2, "def f(x, a, e):\n    return abs(x - a) > e\n",
             "def f(x, a, e):\n    return abs(x - a ** 2) > e\n"},
        Slip{"VariedStatement", "python", 5,
             "def f(tokens):\n    out = []\n    stack = []\n    for token in tokens:\n        "
             "while stack:\n            out.append(stack.pop())\n        out.append(token)\n    "
             "return out\n",
             "def f(tokens):\n    out = []\n    stack = []\n    for token in tokens:\n        "
             "while stack:\n            out.append(stack.pop())\n        stack.append(token)\n     "
             "   out.append(token)\n    return out\n"},
        Slip{"LastPiece", "python", 6,
             "def f(text, n):\n    lines = []\n    while len(text) > n:\n        line, text = "
             "text[:n], text[n:]\n        lines.append(line)\n    return lines\n",
             "def f(text, n):\n    lines = []\n    while len(text) > n:\n        line, text = "
             "text[:n], text[n:]\n        lines.append(line)\n    lines.append(text)\n    return "
             "lines\n"},
        Slip{"WrongTarget", "python", 4,
             "def f(by_edge, by_node, u, v):\n    x = by_edge[u, v]\n    by_node[v] = x\n    "
             "by_edge[u, v] = x\n",
             "def f(by_edge, by_node, u, v):\n    x = by_edge[u, v]\n    by_node[v] = x\n    "
             "by_node[v] = x\n"},
        Slip{"WrongExpression", "python", 3,
             "def f(q, d, n):\n    best = get(q, n)\n    return get(q, n) + d\n",
             "def f(q, d, n):\n    best = get(q, n)\n    return best + d\n"},
        Slip{"StatementOrder", "python", 3,
             "def f(a):\n    b = 0\n    g(a)\n    a = h(a)\n    return a\n",
             "def f(a):\n    b = 0\n    a = h(a)\n    g(a)\n    return a\n"},
        Slip{"CopyOfAList", "python", 2, "def f(found, path):\n    found.append(path)\n",
             "def f(found, path):\n    found.append(path[:])\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Javascript, Templates,
    testing::Values(
        Slip{"Boundary", "javascript", 2,
             "function f(a, b) {\n  if (a < b) return a;\n  return b;\n}\n",
             "function f(a, b) {\n  if (a <= b) return a;\n  return b;\n}\n"},
        Slip{"StrictEquality", "javascript", 2, "function f(a) {\n  return a === 1;\n}\n",
             "function f(a) {\n  return a !== 1;\n}\n"},
        Slip{"LoopBound", "javascript", 2,
             "function f(xs) {\n  for (let i = 0; i < xs.length; i++) g(xs[i]);\n}\n",
             "function f(xs) {\n  for (let i = 0; i < xs.length - 1; i++) g(xs[i]);\n}\n"},
        Slip{"LoopStart", "javascript", 2,
             "function f(xs) {\n  for (let i = 1; i < xs.length; i++) g(xs[i]);\n}\n",
             "function f(xs) {\n  for (let i = 0; i < xs.length; i++) g(xs[i]);\n}\n"},
        Slip{"WrongVariable", "javascript", 2, "function f(a, b) {\n  return a * a;\n}\n",
             "function f(a, b) {\n  return a * b;\n}\n"},
        Slip{"Twin", "javascript", 2, "const f = (a) => {\n  return a.some(Boolean);\n};\n",
             "const f = (a) => {\n  return a.every(Boolean);\n};\n"},
        Slip{"SortByNumber", "javascript", 2, "function f(a) {\n  return a.sort();\n}\n",
             "function f(a) {\n  return a.sort((a, b) => a - b);\n}\n"},
        Slip{"MissingAwait", "javascript", 2,
             "async function f(a) {\n  const b = g(a);\n  return b;\n}\n",
             "async function f(a) {\n  const b = (await g(a));\n  return b;\n}\n"},
        Slip{"MissingReturn", "javascript", 2, "function f(a) {\n  g(a);\n}\n",
             "function f(a) {\n  return g(a);\n}\n"},
        Slip{"Floor", "javascript", 2, "function f(a) {\n  return a / 2;\n}\n",
             "function f(a) {\n  return Math.floor(a / 2);\n}\n"},
        Slip{"Push", "javascript", 3,
             "function f(a) {\n  const out = [];\n  for (const x of a) {\n    g(x);\n  }\n  return "
             "out;\n}\n",
             "function f(a) {\n  const out = [];\n  for (const x of a) {\n    out.push(x);\n    "
             "g(x);\n  }\n  return out;\n}\n"},
        Slip{"Deletion", "javascript", 3, "function f(a) {\n  g(a);\n  h(a);\n}\n",
             "function f(a) {\n  g(a);\n}\n"},
        Slip{"SwappedArguments", "javascript", 2, "function f(a, b) {\n  return f(a % b, b);\n}\n",
             "function f(a, b) {\n  return f(b, a % b);\n}\n"},
        Slip{"MissingCase", "javascript", 2, "function f(n) {\n  return n * f(n - 1);\n}\n",
             "function f(n) {\n  if (n === 0) {\n    return 1;\n  }\n  return n * f(n - 1);\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    C, Templates,
    testing::Values(
        Slip{"Boundary", "c", 2, "int f(int a, int b) {\n  if (a < b) return a;\n  return b;\n}\n",
             "int f(int a, int b) {\n  if (a <= b) return a;\n  return b;\n}\n"},
        Slip{"AssignmentForComparison", "c", 2,
             "int f(int a) {\n  if (a = 1) return 2;\n  return 3;\n}\n",
             "int f(int a) {\n  if (a == 1) return 2;\n  return 3;\n}\n"},
        Slip{
            "LoopBound", "c", 3,
            "int f(int n) {\n  int s = 0;\n  for (int i = 0; i < n; i++) s += i;\n  return s;\n}\n",
            "int f(int n) {\n  int s = 0;\n  for (int i = 0; i <= n; i++) s += i;\n  return "
            "s;\n}\n"},
        Slip{"WiderType", "c", 2, "int main(void) {\n  int s = 0;\n  return s;\n}\n",
             "int main(void) {\n  long long s = 0;\n  return s;\n}\n"},
        Slip{"Initialisation", "c", 2, "int main(void) {\n  int s;\n  return s;\n}\n",
             "int main(void) {\n  int s = 0;\n  return s;\n}\n"},
        Slip{"Format", "c", 2, "int main(void) {\n  printf(\"%d\\n\", 1);\n  return 0;\n}\n",
             "int main(void) {\n  printf(\"%lld\\n\", 1);\n  return 0;\n}\n"},
        Slip{"LineEnd", "c", 2, "int main(void) {\n  printf(\"a\");\n  return 0;\n}\n",
             "int main(void) {\n  printf(\"a\\n\");\n  return 0;\n}\n"},
        Slip{"ArraySize", "c", 2, "int main(void) {\n  int a[10];\n  return a[0];\n}\n",
             "int main(void) {\n  int a[(10) + 10];\n  return a[0];\n}\n"},
        Slip{"Cast", "c", 2, "double f(int a, int b) {\n  return a / b;\n}\n",
             "double f(int a, int b) {\n  return (double)a / b;\n}\n"},
        Slip{"Address", "c", 3, "int main(void) {\n  int n;\n  scanf(\"%d\", n);\n  return n;\n}\n",
             "int main(void) {\n  int n;\n  scanf(\"%d\", &n);\n  return n;\n}\n"},
        Slip{"CaseEnd", "c", 3,
             "int f(int a) {\n  switch (a) {\n    case 1: a = 2;\n    case 2: a = 3; break;\n  }\n "
             " return a;\n}\n",
             "int f(int a) {\n  switch (a) {\n    case 1: a = 2; break;\n    case 2: a = 3; "
             "break;\n  }\n  return a;\n}\n"},
        Slip{"Logical", "c", 2, "int f(int a, int b) {\n  if (a && b) return 1;\n  return 0;\n}\n",
             "int f(int a, int b) {\n  if (a || b) return 1;\n  return 0;\n}\n"},
        Slip{"MissingReset", "c", 3,
             "int f(int n) {\n  int s = 0;\n  for (int i = 0; i < n; i++) {\n    s += i;\n  }\n  "
             "return s;\n}\n",
             "int f(int n) {\n  int s = 0;\n  for (int i = 0; i < n; i++) {\n    s = 0;\n    s += "
             "i;\n  }\n  return s;\n}\n"},
        Slip{"PlusForAssignment", "c", 3,
             "int f(int n) {\n  int s = 0;\n  s = n;\n  return s;\n}\n",
             "int f(int n) {\n  int s = 0;\n  s += n;\n  return s;\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Cpp, Templates,
    testing::Values(
        Slip{"Range", "cpp", 2,
             "int f(std::vector<int>& v) {\n  for (int x : v) g(x + 1);\n  return 0;\n}\n",
             "int f(std::vector<int>& v) {\n  for (int x : v) g(x - 1);\n  return 0;\n}\n"},
        Slip{"Substring", "cpp", 3,
             "bool g(std::string s);\nint f(std::string s, int i) {\n  if (g(s)) return 1;\n"
             "  return 0;\n}\n",
             "bool g(std::string s);\nint f(std::string s, int i) {\n  if (g(s.substr(i))) return "
             "1;\n"
             "  return 0;\n}\n"},
        Slip{"Index", "cpp", 2, "int f(std::vector<int>& v, int i) {\n  return v[i];\n}\n",
             "int f(std::vector<int>& v, int i) {\n  return v[i - 1];\n}\n"},
        Slip{"Method", "cpp", 2, "int A::f(const B& b) {\n  return b.front();\n}\n",
             "int A::f(const B& b) {\n  return b.back();\n}\n"}),
    [](const auto& slip) { return slip.param.name; });

TEST(PythonEdits, AreDifferentProgramsWithoutSyntaxErrorsAndGuardsComeLast) {
  const std::string text =
      "def f(items, low, high):\n    total = items[low:high - 1][0] + len(items) * (low if high > "
      "2 and "
      "low else 3)\n    return total\n";

  const auto edits = EditsOf("python", text, 2, 2);

  EXPECT_GT(edits.size(), 20U);
  std::set<std::string> texts;
  bool guards = false;
  for (const Edit& edit : edits) {
    EXPECT_TRUE(texts.insert(Apply(text, edit)).second) << edit.description;
    EXPECT_NE(Apply(text, edit), text);
    EXPECT_FALSE(guards && !edit.symptom_guard) << "after a guard: " << edit.description;
    guards = guards || edit.symptom_guard;
  }
  EXPECT_TRUE(guards);
}

TEST(PythonEdits, OfAConditionLeaveItsBodyAlone) {
  const std::string text = "def f(a):\n    if a > 0:\n        return a + 1\n    return 0\n";

  for (const Edit& edit : EditsOf("python", text, 2, 2)) {
    EXPECT_NE(Apply(text, edit).find("return a + 1\n    return 0\n"), std::string::npos)
        << edit.description;
  }
}

TEST(PythonEdits, AreTheSameEveryTimeAndKeepToTheLimit) {
  const std::string text = "def f(a, b):\n    return a + b * 2 < 3\n";

  const auto once = EditsOf("python", text, 2, 2);
  const auto again = Python().Edits(text, {2, 2}, 3);

  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(Apply(text, (*again)[i]), Apply(text, once[i]));
}

TEST(PythonStatements, AreSimpleOnesAndHeadsWithTheirFunction) {
  const std::string text =
      "class A:\n    \"\"\"doc\"\"\"\n    def f(self, x):\n        if (x and\n                "
      "self):\n"
      "            y = g(\n                x)\n        return y\n\nz = 1\n";

  const auto statements = Python().Statements(text);

  ASSERT_TRUE(statements.ok());
  ASSERT_EQ(statements->size(), 4U);
  EXPECT_EQ((*statements)[0].first_line, 4);
  EXPECT_EQ((*statements)[0].last_line, 5);
  EXPECT_EQ((*statements)[0].function, "A.f");
  EXPECT_EQ((*statements)[0].subject, "the condition");
  EXPECT_EQ((*statements)[1].first_line, 6);
  EXPECT_EQ((*statements)[1].last_line, 7);
  EXPECT_EQ((*statements)[2].first_line, 8);
  EXPECT_EQ((*statements)[3].function, "");
}

TEST(PythonSource, ThatIsHostileIsRefusedOrSurvived) {
  EXPECT_EQ(Python().Statements(std::string(2 << 20, 'x')).status().reason(), "SOURCE_TOO_LARGE");
  EXPECT_EQ(Python().Statements(std::string("a\0b", 3)).status().reason(), "SOURCE_NOT_TEXT");
  EXPECT_TRUE(Python().Statements("\xff\xfe def (((").ok());
  const std::string deep = "x = " + std::string(20000, '(') + "1" + std::string(20000, ')') + "\n";
  EXPECT_TRUE(Python().Statements(deep).ok());
  EXPECT_TRUE(Python().Edits(deep, {1, 1}, 10).ok());
}

TEST(Python, KnowsItsFilesAndTests) {
  EXPECT_TRUE(Python().IsSource("a/b.py"));
  EXPECT_FALSE(Python().IsSource("a/b.pyc"));
  for (const char* test : {"test_a.py", "x/a_test.py", "conftest.py"}) {
    EXPECT_TRUE(Python().IsTest(test)) << test;
  }
  EXPECT_FALSE(Python().IsTest("contest.py"));
  EXPECT_EQ(DetectLanguage(std::vector<std::string>{"a.py", "b.txt"}), &Python());
  EXPECT_EQ(DetectLanguage(std::vector<std::string>{"b.txt"}), nullptr);
}

TEST(TemplatesTest, LeaveAloneWhatAsksForTheProgramItself) {
  EXPECT_TRUE(EditsOf("python", "if __name__ == \"__main__\":\n    main(3)\n", 1, 1).empty());
  EXPECT_FALSE(EditsOf("python", "if __name__ == \"__main__\":\n    main(3)\n", 2, 2).empty());
  EXPECT_TRUE(EditsOf("javascript", "if (require.main === module) {\n  f(3);\n}\n", 1, 1).empty());
}

// What is built of the names in scope also comes out of varying a statement that stands there, as
// one of many.
TEST(TemplatesTest, WhatTwoTemplatesOfferHasTheLikelierRank) {
  const std::string text =
      "def f(tokens):\n    out = []\n    stack = []\n    for token in tokens:\n        if token:\n"
      "            out.append(token)\n        else:\n            while stack and stack[-1] > "
      "token:\n"
      "                out.append(stack.pop())\n    return out\n";
  for (const Edit& edit : EditsOf("python", text, 8, 8)) {
    if (edit.replacement != "            stack.append(token)\n") continue;
    EXPECT_EQ(edit.origin, "missing-call");
    EXPECT_LT(edit.rank, 3.15);
    return;
  }
  FAIL() << "not offered";
}

TEST(TemplatesTest, NeverCompareAValueWithItself) {
  const std::string text = "function f(a, j) {\n  return a[j] < a[j - 1];\n}\n";
  for (const Edit& edit : EditsOf("javascript", text, 2, 2)) {
    EXPECT_EQ(Apply(text, edit).find("a[j] < a[j];"), std::string::npos) << edit.description;
  }
}

TEST(Donations, AreExpressionsAndStatementsWithWhatTheyName) {
  const auto donations =
      Python().Donations("def f(a, b):\n    log(a)\n    return max(a, b) - a.size\n");

  ASSERT_TRUE(donations.ok());
  const auto named = [&](const std::string& text) {
    return std::find_if(donations->begin(), donations->end(),
                        [&](const Donation& donation) { return donation.text == text; });
  };
  ASSERT_NE(named("max(a, b)"), donations->end());
  EXPECT_EQ(named("max(a, b)")->variables, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(named("max(a, b)")->callees, (std::vector<std::string>{"max"}));
  EXPECT_EQ(named("max(a, b)")->sort, Donation::Sort::kValue);
  ASSERT_NE(named("log(a)"), donations->end());
  EXPECT_EQ(named("log(a)")->sort, Donation::Sort::kStatement);
}

TEST(Donations, AreOfferedWhereAllThatTheyNameIsKnown) {
  const std::string text = "def price(item, count):\n    return item.cost\n\n\nlimit = max(1, 2)\n";
  const std::vector<Donation> donations = {
      {Donation::Sort::kValue, "item.cost * count", {"count", "item"}, {}},
      {Donation::Sort::kValue, "item.cost * rate", {"item", "rate"}, {}},
      {Donation::Sort::kValue, "clamp(count, 3)", {"count"}, {"clamp"}},
      {Donation::Sort::kValue, "max(count, 3)", {"count"}, {"max"}},
      {Donation::Sort::kStatement, "count += item.free", {"count", "item"}, {}}};
  Language::Where where{2, 2};
  where.donations = donations;
  const auto edits = Python().Edits(text, where, kMany);
  ASSERT_TRUE(edits.ok());
  const auto offered = [&](const std::string& line) {
    return std::any_of(edits->begin(), edits->end(), [&](const Edit& edit) {
      return Apply(text, edit).find(line) != std::string::npos;
    });
  };

  EXPECT_TRUE(offered("return item.cost * count\n"));
  EXPECT_TRUE(offered("return max(count, 3)\n"));
  EXPECT_TRUE(offered("    count += item.free\n    return item.cost\n"));
  EXPECT_FALSE(offered("rate")) << "nothing of that name is known";
  EXPECT_FALSE(offered("clamp(")) << "the file calls nothing of that name";
}

double RankOf(const std::string& language, const std::string& text, int line,
              const std::string& origin) {
  for (const Edit& edit : EditsOf(language, text, line, line)) {
    if (edit.origin == origin) return edit.rank;
  }
  ADD_FAILURE() << "no " << origin;
  return 0;
}

TEST(Opposites, AreLikelierThanOtherNames) {
  const auto rank = [](const std::string& to) {
    const std::string text =
        "def f(node, all):\n    use(node.left_child, node.parent, node.right_child)\n";
    for (const Edit& edit : EditsOf("python", text, 2, 2)) {
      const std::string changed = Apply(text, edit);
      if (changed.find("use(node." + to + ", node.parent, node.right_child)") != changed.npos) {
        return edit.rank;
      }
    }
    ADD_FAILURE() << "no " << to;
    return 0.0;
  };
  EXPECT_LT(rank("right_child"), rank("parent"));
}

TEST(SwappedArguments, AreUnlikelyWhereOneBearsTheNameOfItsParameter) {
  const auto swapped = [](const std::string& language, const std::string& text, int line) {
    return RankOf(language, text, line, "swapped-arguments");
  };
  EXPECT_GT(swapped("python", "def f(lo, hi):\n    return f(mid, hi)\n", 2),
            swapped("python", "def f(lo, hi):\n    return g(mid, hi)\n", 2));
  EXPECT_LT(swapped("python", "def f(lo, hi):\n    return f(hi, mid)\n", 2),
            swapped("python", "def f(lo, hi):\n    return g(hi, mid)\n", 2));
  EXPECT_GT(swapped("python", "class A:\n    def f(self, lo, hi):\n        self.f(mid, hi)\n", 3),
            swapped("python", "class A:\n    def f(self, lo, hi):\n        self.g(mid, hi)\n", 3));
  EXPECT_GT(swapped("javascript", "const f = (lo, hi) => {\n  f(mid, hi);\n};\n", 2),
            swapped("javascript", "const f = (lo, hi) => {\n  g(mid, hi);\n};\n", 2));
  EXPECT_GT(swapped("c", "int f(int lo, int hi) {\n  return f(mid, hi);\n}\n", 2),
            swapped("c", "int f(int lo, int hi) {\n  return g(mid, hi);\n}\n", 2));
}

}  // namespace
}  // namespace inquest::languages
