// The options of `fastmqtt passwd`: names, which go together, and what they come to. Mosquitto's, and its limits.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using FastMqtt.Access;

namespace FastMqtt.Commands;

internal sealed class PasswdOptions
{
    private const int LengthMax = ushort.MaxValue;
    private const string DefaultHash = "sha512-pbkdf2";

    private readonly Option<bool> _create = new("-c") { Description = "Create a new file; one that is there is lost" };
    private readonly Option<bool> _batch = new("-b") { Description = "Take the password from the command line" };
    private readonly Option<bool> _delete = new("-D") { Description = "Delete the user" };
    private readonly Option<bool> _hashPlain = new("-U") { Description = "Hash the passwords that are plain text" };

    private readonly Option<string> _hash = new("-H")
    {
        Description = "How to hash: sha512-pbkdf2, sha512, argon2id or scram-sha-256",
        HelpName = "HASH",
        DefaultValueFactory = static _ => DefaultHash,
    };

    private readonly Option<int?> _iterations = new("-I")
    {
        Description = "Iterations of sha512-pbkdf2 (1000) or scram-sha-256 (10000)",
        HelpName = "COUNT",
        CustomParser = ParseIterations,
    };

    private readonly Argument<string[]> _words = new("FILE [USER [PASSWORD]]")
    {
        Description = "The password file (with -c also -, standard output), the user, and with -b the password",
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_create);
        command.Options.Add(_batch);
        command.Options.Add(_delete);
        command.Options.Add(_hashPlain);
        command.Options.Add(_hash);
        command.Options.Add(_iterations);
        command.Arguments.Add(_words);
    }

    public void Validate(CommandResult result)
    {
        if (FindProblem(result) is string problem)
        {
            result.AddError(problem);
        }
    }

    public PasswdRequest Read(ParseResult parsed)
    {
        string[] words = parsed.GetRequiredValue(_words);
        PasswdAction action = parsed.GetValue(_delete) ? PasswdAction.Delete
            : parsed.GetValue(_hashPlain) ? PasswdAction.HashPlain
            : !parsed.GetValue(_create) ? PasswdAction.Set
            : words[0] == "-" ? PasswdAction.Print
            : PasswdAction.Create;
        PasswordHashKind kind = KindOf(parsed.GetRequiredValue(_hash)) ?? PasswordHashKind.Sha512Pbkdf2;
        return new PasswdRequest(
            action,
            new PasswordFileEditor(kind, parsed.GetValue(_iterations)),
            words[0],
            words.Length > 1 ? words[1] : string.Empty,
            words.Length > 2 ? words[2] : null);
    }

    private string? FindProblem(CommandResult result)
    {
        bool creates = result.GetValue(_create);
        bool deletes = result.GetValue(_delete);
        bool hashesPlain = result.GetValue(_hashPlain);
        bool isBatch = result.GetValue(_batch);
        if ((creates && deletes) || (creates && hashesPlain) || (deletes && hashesPlain) || (deletes && isBatch))
        {
            return "-c, -D and -U cannot be used together, nor -b and -D";
        }

        string hash = result.GetValue(_hash) ?? DefaultHash; // a validator is not told defaults
        if (KindOf(hash) is null)
        {
            return $"'{hash}' is not sha512-pbkdf2, sha512, argon2id or scram-sha-256";
        }

        string[] words = result.GetValue(_words) ?? [];
        int expected = hashesPlain ? 1 : isBatch ? 3 : 2;
        if (words.Length != expected)
        {
            return expected switch
            {
                1 => "-U takes a password file and nothing else",
                2 => "a password file and a user are needed, and with -b a password",
                _ => "-b takes a password file, a user and a password",
            };
        }

        if (words.Length > 1 && PasswordFileEditor.FindProblem(words[1]) is string problem)
        {
            return problem;
        }

        return words.Length > 2 && Encoding.UTF8.GetByteCount(words[2]) > LengthMax
            ? "a password has at most 65535 bytes"
            : null;
    }

    private static int? ParseIterations(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is >= 1 and <= PasswordFileEditor.IterationsMax)
        {
            return count;
        }

        result.AddError($"'{text}' is not a number of iterations: from 1 to {PasswordFileEditor.IterationsMax}");
        return null;
    }

    private static PasswordHashKind? KindOf(string name) => name switch
    {
        DefaultHash => PasswordHashKind.Sha512Pbkdf2,
        "sha512" => PasswordHashKind.Sha512,
        "argon2id" => PasswordHashKind.Argon2id,
        "scram-sha-256" => PasswordHashKind.ScramSha256,
        _ => null,
    };
}
