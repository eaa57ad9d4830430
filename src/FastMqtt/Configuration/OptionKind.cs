// What the value of an option may be, and with it how the rest of its line is read. Used by ValueReader, the checks of
// named files, and the table of options in docs/CONFIGURATION.md.
namespace FastMqtt.Configuration;

internal enum OptionKind
{
    /// <summary>true, false, 1 or 0; what follows on the line is ignored.</summary>
    Boolean,

    /// <summary>A whole number as strtol reads it (10, 0x0a, 012); what follows on the line is ignored.</summary>
    Integer,

    /// <summary>A whole number and one of s h d w m y; what follows on the line is ignored.</summary>
    Duration,

    /// <summary>One word of a list; what follows on the line is ignored.</summary>
    Choice,

    /// <summary>Words up to the end of the line, separated by spaces, tabs and commas.</summary>
    Words,

    /// <summary>Everything to the end of the line, without white space around it.</summary>
    Text,

    /// <summary>As Text: a file that is read.</summary>
    InputFile,

    /// <summary>As Text: a file that is written.</summary>
    OutputFile,

    /// <summary>As Text: a directory.</summary>
    Directory,

    /// <summary>PORT [ADDRESS], or 0 PATH for a unix socket; what follows after a # is ignored.</summary>
    Listener,

    /// <summary>A destination of the log, with a path after "file".</summary>
    LogDestination,

    /// <summary>commit, off, or interval with a number of seconds; what follows on the line is ignored.</summary>
    Durability,

    /// <summary>A bridge's topic: PATTERN [DIRECTION [QOS [PREFIX [PREFIX]]]], the pattern perhaps in quotes.</summary>
    BridgeTopic,

    /// <summary>A value that nobody reads any more; it may be missing.</summary>
    Ignored,
}
