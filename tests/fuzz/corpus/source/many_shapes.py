x = [i for i in range(10) if i > 2 and not i % 2][1:-1]
class A(B):
    def f(self, a, *b, c=1, **d):
        while True:
            a += b[0] - -c
            if a is None or d.get("k") in (1, 2.5):
                return A.g(a, b)
        yield lambda q: q if q else None
    @staticmethod
    async def g(p, r):
        try:
            async with p as s, r:
                await s.pop()
        except (ValueError, TypeError) as e:
            raise e from None
        else: pass
        finally:
            del p; assert r, f"{r!r:>{10}}"
match x:
    case [1, *rest] if rest: print(rest, end="")
    case {"a": 1}: x: int = 3
