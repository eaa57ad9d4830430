// The broker under test, as given on the command line.
namespace FastMqtt.Bench;

internal readonly record struct BenchTarget(string Host, int Port)
{
    public override string ToString() => $"{Host}:{Port}";
}
