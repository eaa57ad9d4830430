// What a loop has counted since its start. Fields, because the loop counts per message.
namespace FastMqtt.Bench.Engine;

internal sealed class LoadCounters
{
    public long Received;
    public long Lost;
    public long Repeated;
    public long Reordered;
    public long Receives;
    public long Sends;
    public long LastReceived;
    public long FirstSent;
    public long LateSends;
}
