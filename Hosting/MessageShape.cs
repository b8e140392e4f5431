using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTorrent.Contracts;
using MassTransit;

namespace EventTorrent.Hosting;

/// <summary>
/// What the types of Contracts promise is checked when a message is read: every member that can't be null is there, and
/// an id is not empty. A broken message is so refused by name, and no handler ever meets a null that its type excludes.
/// Members that are added later are nullable, so that older senders pass.
/// </summary>
public static class MessageShape
{
    /// <summary>Makes the options of a serializer check the messages of Contracts.</summary>
    public static JsonSerializerOptions Require(JsonSerializerOptions options)
    {
        // The options are those of the whole process: a second bus finds them done.
        if (options.TypeInfoResolver is not Resolver)
        {
            options.TypeInfoResolver = new Resolver(options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver());
        }

        return options;
    }

    /// <summary>A message that was not read once is not read at the second time either.</summary>
    public static void IgnoreBrokenMessages(this IExceptionConfigurator retry)
    {
        retry.Ignore<RefusedMessageException>();
        retry.Ignore<JsonException>();
    }

    private sealed class Resolver(IJsonTypeInfoResolver inner) : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            var shape = inner.GetTypeInfo(type, options);
            if (shape is { Kind: JsonTypeInfoKind.Object } && type.Assembly == typeof(Infohash).Assembly)
            {
                Require(shape);
            }

            return shape;
        }

        private static void Require(JsonTypeInfo shape)
        {
            var nullability = new NullabilityInfoContext();
            var required = shape.Properties
                .Where(property => property.AttributeProvider is PropertyInfo member && nullability.Create(member).ReadState == NullabilityState.NotNull)
                .ToList();
            foreach (var property in required)
            {
                property.IsRequired = true;
            }

            shape.OnDeserialized = message => Check(message, required);
        }

        private static void Check(object message, List<JsonPropertyInfo> required)
        {
            foreach (var property in required)
            {
                var value = property.Get!(message);
                if (value is null || (value is Guid id && id == Guid.Empty))
                {
                    throw new RefusedMessageException($"{message.GetType().Name} without {property.Name}.");
                }
            }
        }
    }
}
