// A finished plot: the end of its file name, its title, its SVG.
namespace FastMqtt.Compare.Plots;

public sealed record Plot(string Name, string Title, string Svg);
