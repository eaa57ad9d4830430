// The JSON of services, source generated: nothing is looked up at run time. Twice the same member is no answer.

using System.Text.Json.Serialization;

namespace FastMqtt.Access;

[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(LoginQuestion))]
[JsonSerializable(typeof(TopicQuestion))]
[JsonSerializable(typeof(HookReply))]
internal sealed partial class HookJson : JsonSerializerContext;
