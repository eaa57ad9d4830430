// Compiles a block of C#: a whole program, statements, or declarations. What a reader is expected to have at hand, a
// broker, its options, an application builder, is there as a field, so that a local of the same name hides it.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastMqtt.Docs.Tests;

public static class CSharpBlock
{
    private const string AtHand = """
        private static FastMqtt.Broker.MqttBroker broker = null!;
        private static FastMqtt.Broker.BrokerOptions options = null!;
        private static Microsoft.Extensions.DependencyInjection.IServiceCollection services = null!;
        private static Microsoft.AspNetCore.Builder.WebApplicationBuilder builder = null!;
        private static Microsoft.AspNetCore.Builder.WebApplication app = null!;
        private static Microsoft.Extensions.Logging.ILoggerFactory loggers = null!;
        private static System.IO.Stream stream = null!;
        private static System.Threading.CancellationToken cancellationToken = default;
        """;

    // As the SDK does with ImplicitUsings, and what every program with a broker begins with.
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net", "System.Text",
        "System.Threading", "System.Threading.Tasks", "Microsoft.AspNetCore.Builder",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
        "FastMqtt.Broker", "FastMqtt.Broker.Administration",
        "FastMqtt.Broker.Diagnostics", "FastMqtt.Broker.Hooks", "FastMqtt.Broker.InProcess", "FastMqtt.Protocol",
    ];

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the compiler says against it; empty: it compiles.</summary>
    public static IReadOnlyList<string> Errors(string text)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var block = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text, options).GetRoot();
        var compilation = CSharpCompilation.Create(
            "block",
            [CSharpSyntaxTree.ParseText(Wrap(block), options)],
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. compilation.GetDiagnostics()
                .Where(found => found.Severity == DiagnosticSeverity.Error)
                .Select(found => found.ToString()),
        ];
    }

    private static string Wrap(CompilationUnitSyntax block)
    {
        var text = new StringBuilder();
        foreach (string name in ImplicitUsings)
        {
            text.Append(CultureInfo.InvariantCulture, $"using {name};\n");
        }

        text.Append(block.Usings.ToFullString());
        text.Append("public static partial class Block\n{\n").Append(AtHand).Append('\n');
        foreach (MemberDeclarationSyntax member in block.Members.Where(member => member is not GlobalStatementSyntax))
        {
            text.Append(member.ToFullString());
        }

        text.Append("private static async System.Threading.Tasks.Task RunAsync(string[] args)\n{\n");
        foreach (GlobalStatementSyntax statement in block.Members.OfType<GlobalStatementSyntax>())
        {
            text.Append(statement.ToFullString());
        }

        return text.Append("await System.Threading.Tasks.Task.Yield();\n}\n}\n").ToString();
    }
}
