using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace EventTorrent.Api.Web;

/// <summary>The page: files inside this assembly, so that they are there wherever it is loaded.</summary>
internal static partial class PageFiles
{
    /// <summary>What the page is made of; nothing that holds a secret is compressed.</summary>
    internal static readonly string[] CompressedTypes = ["text/html", "text/javascript", "text/css", "image/svg+xml"];

    public static IApplicationBuilder UsePage(this IApplicationBuilder app)
    {
        var files = new EmbeddedFileProvider(typeof(PageFiles).Assembly, "wwwroot");
        return app
            .UseResponseCompression()
            .UseDefaultFiles(new DefaultFilesOptions { FileProvider = files })
            .UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                OnPrepareResponse = response => response.Context.Response.Headers.CacheControl =
                    NamedByContent().IsMatch(response.File.Name) ? "public, max-age=31536000, immutable" : "no-cache",
            });
    }

    /// <summary>Vite puts a hash of the content into the name; what is without has new content under the same name.</summary>
    [GeneratedRegex(@"-[A-Za-z0-9_-]{8}\.(js|css)$")]
    private static partial Regex NamedByContent();
}
