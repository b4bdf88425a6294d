FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src src
# What a build on the host left behind names paths that do not exist here.
RUN rm -rf src/*/bin src/*/obj
RUN dotnet restore src/Dispatch.Api --locked-mode
# The contract is written and compared by the gate, and the analysers run there; not by the image.
RUN dotnet publish src/Dispatch.Api --no-restore -c Release -o /app -p:OpenApiGenerateDocumentsOnBuild=false -p:RunAnalyzers=false
COPY seeds /app/seeds
RUN mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
# The runtime's diagnostics want a socket in /tmp: without them the image runs with a read-only root and no tmpfs.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    Dispatch__Data=/data \
    Dispatch__Seeds=/app/seeds
VOLUME /data
EXPOSE 8080
USER $APP_UID
# Takes no further requests, answers the ones it has, ends long polls and leaves with 0 within ten seconds.
STOPSIGNAL SIGTERM
# The image has no curl; bash speaks enough HTTP for one status line.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "Dispatch.Api.dll"]
