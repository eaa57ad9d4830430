// A broker that cannot be started or reached, told in one line. Its workloads count as failed; the others go on.
namespace FastMqtt.Compare.Brokers;

public sealed class BrokerException : Exception
{
    public BrokerException()
    {
    }

    public BrokerException(string message)
        : base(message)
    {
    }

    public BrokerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
