// The program that makes the load.
namespace FastMqtt.Compare.Configuration;

public enum WorkloadTool
{
    /// <summary>artifacts/fastmqtt-load: a line of JSON as the result.</summary>
    Load,

    /// <summary>`fastmqtt bench`, the client that the product ships: printed lines as the result.</summary>
    Bench,
}
