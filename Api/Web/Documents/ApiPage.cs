using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventTorrent.Api.Web.Documents;

/// <summary>The document of the API for a person: plain HTML without script and style, made of the document itself.</summary>
internal static class ApiPage
{
    public const string Path = "/openapi";

    public static IEndpointConventionBuilder MapApiPage(this IEndpointRouteBuilder routes)
    {
        return routes.MapGet(Path, async ([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider documents, CancellationToken cancellationToken) =>
                TypedResults.Text(Write(await documents.GetOpenApiDocumentAsync(cancellationToken)), "text/html; charset=utf-8"))
            .ExcludeFromDescription();
    }

    private static string Write(OpenApiDocument document)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Text(document.Info.Title)}</title><h1>{Text(document.Info.Title)}</h1>");
        html.Append(CultureInfo.InvariantCulture, $"<p>{Text(document.Info.Description)}</p><p><a href=\"{Path}/{ApiDocument.Name}.json\">{Path}/{ApiDocument.Name}.json</a></p>");
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations ?? [])
            {
                html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(method.Method)} {Text(path)}</h2><p><b>{Text(operation.Summary)}.</b> {Text(operation.Description)}</p><dl>");
                foreach (var parameter in operation.Parameters ?? [])
                {
                    html.Append(CultureInfo.InvariantCulture, $"<dt><code>{Text(parameter.Name)}</code></dt><dd>{Text(parameter.Description)}</dd>");
                }

                foreach (var (status, response) in operation.Responses ?? [])
                {
                    html.Append(CultureInfo.InvariantCulture, $"<dt>{Text(status)}</dt><dd>{Text(response.Description)} {Text(string.Join(", ", response.Content?.Keys ?? []))}</dd>");
                }

                html.Append("</dl>");
            }
        }

        return html.Append("</html>").ToString();
    }

    private static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
