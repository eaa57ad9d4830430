// What counts as a function, and from where to where.
using Xunit;

namespace FastMqtt.Tidy.Tests;

public class FunctionLengthTests
{
    [Theory]
    [InlineData("class A\n{\n    void B()\n    {\n        C();\n    }\n}\n", 2, 4)]
    [InlineData("class A\n{\n    void B(int c = 1)\n    {\n        if (c == 2) { D(); }\n    }\n}\n", 2, 4)]
    [InlineData("record struct A(int B)\n{\n    int C => B switch\n    {\n        _ => 1,\n    };\n}\n", 2, 4)]
    [InlineData("namespace N { class A\n{\n    int B\n    {\n        get { return 1; }\n    }\n} }\n", 2, 4)]
    [InlineData("class A<T>\n    where T : class\n{\n    T B()\n    {\n    }\n}\n", 3, 3)]
    public void member_is_counted_from_header_to_brace(string text, int lineIndex, int count) =>
        Assert.Equal([(lineIndex, count)], FunctionLengths.Find(text));

    [Theory]
    [InlineData("class A\n{\n    int[] _b = new int[2]\n    {\n        1, 2,\n    };\n}\n")]
    [InlineData("class A\n{\n    string _b = \"{\";\n    // {\n    char _c = '{';\n}\n")]
    public void initialiser_and_prose_are_not_functions(string text) => Assert.Empty(FunctionLengths.Find(text));
}
