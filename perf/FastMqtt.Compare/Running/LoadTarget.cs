// Where a load goes: the broker's address and, when it runs here, its process, to be measured from outside.
namespace FastMqtt.Compare.Running;

public sealed record LoadTarget(string Host, int Port, int? ProcessId, string Name);
