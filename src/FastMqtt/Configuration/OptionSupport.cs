// How much of an option there is. Nothing of Mosquitto's is an unknown word: what is missing is said at start.
namespace FastMqtt.Configuration;

internal enum OptionSupport
{
    /// <summary>Works as described.</summary>
    Implemented,

    /// <summary>Accepted; there is nothing left that it could change, and nothing is lost.</summary>
    NoEffect,

    /// <summary>Accepted and ignored, with a warning at start: something that was asked for does not happen.</summary>
    NotSupported,
}
