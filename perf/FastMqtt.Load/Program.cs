// The entry point of the load tool. Everything it does is in FastMqtt.Bench.

return FastMqtt.Bench.Commands.LoadTool.Run(args, Console.Out, Console.Error);
