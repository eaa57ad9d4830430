// What the operator wants of the process itself: pid_file, user, trace_socket. Made from the configuration.
namespace FastMqtt.Hosting;

/// <summary>What the operator wants of the process itself.</summary>
/// <param name="PidFile">Where its number is written; null: nowhere.</param>
/// <param name="User">Name or number of the user it becomes when started by root; null: it stays who it is.</param>
/// <param name="TraceSocket">
/// Path of the socket for fastmqtt trace; empty: none; null: in the directory the service manager made, if it did.
/// </param>
internal sealed record ProcessSettings(string? PidFile, string? User, string? TraceSocket)
{
    public static ProcessSettings Default { get; } = new(null, null, null);
}
