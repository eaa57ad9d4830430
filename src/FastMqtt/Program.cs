// The entry point of the executable. Owns nothing: the command line decides what runs and which exit code comes back.

return FastMqtt.CommandLine.Run(args, Console.Out, Console.Error);
