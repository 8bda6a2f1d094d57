// Call the bike rental API from Java, with nothing but the JDK (17 or later): CSV in, CSV out, so that no JSON library is needed.
//
//     eval "$(make urls)" && java examples/clients/HttpApi.java

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class HttpApi {
  private static final String ROWS = """
      datetime,season,holiday,workingday,weather,temp,atemp,humidity,windspeed
      2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027
      2012-12-19 18:00:00,4,0,1,1,15.58,19.695,50,23.9994
      2012-12-10 01:00:00,4,0,1,2,14.76,18.94,100,0
      """;

  public static void main(String[] arguments) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("URL") + "/predictions"))
        .header("x-api-key", System.getenv("KEY"))
        .header("content-type", "text/csv; header=present")
        .header("accept", "text/csv")
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofString(ROWS))
        .build();
    HttpResponse<String> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
        .send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      System.err.println(answer.statusCode() + ": " + answer.body());
      System.exit(1);
    }
    answer.body().lines().skip(1).forEach(System.out::println); // the first line is the header
  }
}
