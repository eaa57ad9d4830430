// Asks whoever runs a command for a password, twice and without showing it. Prompts go to stderr: stdout may be the
// file. Where input is no terminal the lines are read as they come, so that scripts can pipe one in.
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FastMqtt;

internal sealed class PasswordPrompt(TextReader? input = null)
{
    public bool TryAskTwice(TextWriter error, [NotNullWhen(true)] out string? password)
    {
        password = Ask(error, "Password: ");
        if (string.IsNullOrEmpty(password))
        {
            error.WriteLine("fastmqtt: the password is empty");
            return false;
        }

        if (Ask(error, "Reenter password: ") != password)
        {
            error.WriteLine("fastmqtt: the passwords do not match");
            return false;
        }

        return true;
    }

    private string? Ask(TextWriter error, string prompt)
    {
        error.Write(prompt);
        error.Flush();
        string? answer = input is not null ? input.ReadLine()
            : Console.IsInputRedirected ? Console.In.ReadLine()
            : ReadHidden();
        error.WriteLine();
        return answer;
    }

    private static string ReadHidden()
    {
        var text = new StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    return text.ToString();
                case ConsoleKey.Backspace:
                    text.Length = Math.Max(0, text.Length - 1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        text.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
