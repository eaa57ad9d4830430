// What a run of this program does to the broker.
namespace FastMqtt.Crash;

internal enum Mode
{
    Kill,
    PowerLoss,
    DiskTrouble,
    CheckShim,
}
