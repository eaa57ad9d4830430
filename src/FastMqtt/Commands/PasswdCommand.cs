// `fastmqtt passwd`: what mosquitto_passwd does, and what it says. The file is changed by PasswordFileEditor.
using System.CommandLine;
using System.CommandLine.Parsing;
using FastMqtt.Access;

namespace FastMqtt.Commands;

internal static class PasswdCommand
{
    public const string Name = "passwd";

    public static Command Create(TextWriter output, TextWriter error, PasswordPrompt prompt)
    {
        var options = new PasswdOptions();
        var command = new Command(Name, "Add, change or remove users of a password file, as mosquitto_passwd does");
        options.AddTo(command);
        command.Validators.Add(options.Validate);
        command.SetAction(parsed => Run(options.Read(parsed), output, error, prompt));
        return command;
    }

    // As mosquitto_passwd: options come first, and what follows is taken as it is. So a password may look like one.
    public static string[] WithPlainArguments(string[] args)
    {
        if (args.Length == 0 || args[0] != Name)
        {
            return args;
        }

        int at = 1;
        while (at < args.Length && args[at].Length > 1 && args[at][0] == '-')
        {
            if (args[at] == "--")
            {
                return args;
            }

            at += args[at] is "-H" or "-I" ? 2 : 1;
        }

        return at >= args.Length ? args : [.. args[..at], "--", .. args[at..]];
    }

    private static int Run(PasswdRequest request, TextWriter output, TextWriter error, PasswordPrompt prompt)
    {
        try
        {
            switch (request.Action)
            {
                case PasswdAction.Delete:
                    return Delete(request, error);
                case PasswdAction.HashPlain:
                    int count = request.Editor.HashPlain(request.File);
                    output.WriteLine($"{count} password{(count == 1 ? string.Empty : "s")} hashed");
                    return ExitCodes.Success;
                default:
                    return Store(request, output, error, prompt);
            }
        }
        catch (AccessFileException exception)
        {
            error.WriteLine($"fastmqtt: {exception.Message}");
            return ExitCodes.Failure;
        }
    }

    private static int Delete(PasswdRequest request, TextWriter error)
    {
        if (PasswordFileEditor.Delete(request.File, request.UserName))
        {
            return ExitCodes.Success;
        }

        error.WriteLine($"fastmqtt: user {request.UserName} not found in password file");
        return ExitCodes.Failure;
    }

    private static int Store(PasswdRequest request, TextWriter output, TextWriter error, PasswordPrompt prompt)
    {
        if (request.Action == PasswdAction.Set && !File.Exists(request.File))
        {
            error.WriteLine($"fastmqtt: there is no {request.File}: -c creates it");
            return ExitCodes.Failure;
        }

        string? password = request.Password;
        if (password is null && !prompt.TryAskTwice(error, out password))
        {
            return ExitCodes.Failure;
        }

        if (request.Action == PasswdAction.Print)
        {
            output.WriteLine(request.Editor.LineFor(request.UserName, password));
            return ExitCodes.Success;
        }

        bool isUpdate = false;
        if (request.Action == PasswdAction.Create)
        {
            request.Editor.Create(request.File, request.UserName, password);
        }
        else
        {
            isUpdate = request.Editor.Set(request.File, request.UserName, password);
        }

        output.WriteLine($"{(isUpdate ? "Updating" : "Adding")} password for user {request.UserName}");
        return ExitCodes.Success;
    }
}
