// Every block of C# compiles against the code as it stands.
namespace FastMqtt.Docs.Tests;

public class CSharpTests
{
    public static TheoryData<string, string> Blocks => Documents.BlocksIn("csharp");

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_compiles(string place, string text)
    {
        IReadOnlyList<string> errors = CSharpBlock.Errors(text);
        Assert.True(errors.Count == 0, $"{place}\n{string.Join('\n', errors)}");
    }

    [Theory]
    [InlineData("Console.WriteLine(broker.EndPoints.Count);", true)]
    [InlineData("using System.Buffers;\nawait Task.Delay(1, cancellationToken);\nsealed class Mine { }", true)]
    [InlineData("var broker = 1;\nConsole.WriteLine(broker + 1);", true)]
    [InlineData("broker.NoSuchMember();", false)]
    [InlineData("int x = \"text\";", false)]
    public void Block_is_judged(string text, bool compiles) =>
        Assert.Equal(compiles, CSharpBlock.Errors(text).Count == 0);
}
