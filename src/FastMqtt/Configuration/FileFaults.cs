// What the system says about a file, in the words of an operator. Null: a fault that is not about the file.
namespace FastMqtt.Configuration;

internal static class FileFaults
{
    public static string? Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        UnauthorizedAccessException => "may not be read",
        PathTooLongException => "has too long a path",
        IOException or NotSupportedException => $"cannot be read: {exception.Message}",
        _ => null,
    };
}
