using System.Text.Json;
using System.Text.Json.Nodes;
using EventTorrent.Api.Web;
using EventTorrent.Storage;
using EventTorrent.Storage.Model;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Access;

/// <summary>The body of a request for a key.</summary>
internal sealed record KeyRequest(string Name, AccessRole Role)
{
    public static SmallBody<KeyRequest> Body { get; } = new(
        new Dictionary<string, IOpenApiSchema>
        {
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = AccessStore.MaxNameLength },
            ["role"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. AccessRoles.Names.Select(name => JsonValue.Create(name))] },
        },
        Problems.BadRequest(
            "invalid-key-request",
            $$"""The body is {"name": "...", "role": "..."} with a name of 1 to {{AccessStore.MaxNameLength}} characters in one line, and a role: {{string.Join(", ", AccessRoles.Names)}}."""),
        TryRead);

    private static bool TryRead(JsonElement json, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KeyRequest? request)
    {
        request = json.GetProperty("name") is { ValueKind: JsonValueKind.String } name && AccessStore.IsName(name.GetString())
            && json.GetProperty("role") is { ValueKind: JsonValueKind.String } role && AccessRoles.TryParse(role.GetString(), out var parsed)
            ? new KeyRequest(name.GetString()!, parsed)
            : null;
        return request is not null;
    }
}
