using System.Globalization;
using System.Text.Json;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Tasks;

/// <summary>The body of a PATCH: a priority.</summary>
internal static class PriorityRequest
{
    public static SmallBody<int> Body { get; } = new(
        "priority",
        new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Minimum = (-SubmissionParser.MaxPriority).ToString(CultureInfo.InvariantCulture),
            Maximum = SubmissionParser.MaxPriority.ToString(CultureInfo.InvariantCulture),
        },
        Problems.BadRequest(
            "invalid-priority",
            $$"""The body is {"priority": n} with a whole number from {{-SubmissionParser.MaxPriority}} to {{SubmissionParser.MaxPriority}}."""),
        TryRead);

    private static bool TryRead(JsonElement json, out int priority)
    {
        priority = 0;
        return json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out priority) && Math.Abs((long)priority) <= SubmissionParser.MaxPriority;
    }
}
