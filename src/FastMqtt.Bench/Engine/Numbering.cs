// How the number in a publisher's topic goes on from message to message.
namespace FastMqtt.Bench.Engine;

internal enum Numbering : byte
{
    /// <summary>The topic has no number.</summary>
    None,

    /// <summary>The first message has 0, the next 1, and so on.</summary>
    InTurn,

    Random,
}
