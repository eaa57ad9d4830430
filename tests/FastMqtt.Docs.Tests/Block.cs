// A fenced block of a document: what it holds, in which language, and the line its fence is on.
namespace FastMqtt.Docs.Tests;

public sealed record Block(string Document, int Line, string Language, string Text)
{
    /// <summary>What a failed test is called by.</summary>
    public string Place => $"{Document}:{Line}";

    /// <summary>A picture, a file of another program, what a program prints: nothing to be checked.</summary>
    public bool IsProse => Language is "text" or "html" or "haproxy" or "nginx" or "logrotate";
}
