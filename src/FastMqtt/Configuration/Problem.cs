// Something wrong with the configuration: the broker does not start with it, and does not take it over.
namespace FastMqtt.Configuration;

internal readonly record struct Problem(Origin Origin, string Message)
{
    public override string ToString() => Origin.Kind == OriginKind.Default ? Message : $"{Origin}: {Message}";
}
