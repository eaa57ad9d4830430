// A file of access control that cannot be used. Its message names file and line and quotes no secret.

namespace FastMqtt.Access;

/// <summary>A password, rule or key file that cannot be used.</summary>
public sealed class AccessFileException : Exception
{
    /// <summary>Without a place; use the others.</summary>
    public AccessFileException()
    {
    }

    /// <summary>A message that already names the file.</summary>
    public AccessFileException(string message)
        : base(message)
    {
    }

    /// <summary>A message that already names the file, and its cause.</summary>
    public AccessFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static AccessFileException At(string path, int line, string problem) => new($"{path}:{line}: {problem}");
}
