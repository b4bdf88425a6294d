using System.Buffers;
using System.IO.Pipelines;
using Dispatch.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Whoever asks for much and reads nothing costs no more memory than the server has set aside for one connection.</summary>
public sealed class SlowReadersTests
{
    private const int SetAside = 64 * 1024;

    [Fact]
    public async Task A_large_answer_waits_for_its_reader_piece_by_piece()
    {
        var body = new byte[1024 * 1024];
        new Random(7).NextBytes(body);
        var pipe = new Pipe(
            new PipeOptions(pauseWriterThreshold: SetAside, resumeWriterThreshold: SetAside / 2, useSynchronizationContext: false)
        );
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new Connection(pipe.Writer));

        var pouring = Answer.Pour(context, body);
        Assert.False(pouring.IsCompleted);
        Assert.True(pipe.Reader.TryRead(out var held));
        Assert.InRange(held.Buffer.Length, 1, SetAside + Answer.Piece);
        pipe.Reader.AdvanceTo(held.Buffer.Start);

        var read = new ArrayBufferWriter<byte>();
        while (read.WrittenCount < body.Length)
        {
            var part = await pipe.Reader.ReadAsync();
            foreach (var segment in part.Buffer)
            {
                read.Write(segment.Span);
            }

            pipe.Reader.AdvanceTo(part.Buffer.End);
        }

        await pouring;
        Assert.Equal(body, read.WrittenSpan.ToArray());
    }

    private sealed class Connection(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => writer.AsStream();

        public PipeWriter Writer => writer;

        public void DisableBuffering() { }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task CompleteAsync() => writer.CompleteAsync().AsTask();
    }
}
